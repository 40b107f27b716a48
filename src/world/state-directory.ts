import { chmod, mkdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';

type Env = { readonly [name: string]: string | undefined };

/** Where this user's runs, server state and logs lie: outside every checkout and every deployment. */
export function stateDirectory(env: Env = process.env): string {
  if (env['STOPPOINT_STATE_DIR']) return resolve(env['STOPPOINT_STATE_DIR']);
  const state = env['XDG_STATE_HOME'];
  return join(state && isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'stoppoint');
}

export interface StatePaths {
  readonly root: string;
  /** Holds a folder per run. */
  readonly runs: string;
  /** Deployment → id of its latest run. */
  readonly current: string;
  readonly database: string;
  readonly service: string;
  readonly supervisorLock: string;
  readonly supervisorLog: string;
  readonly workerLog: string;
  readonly temporalLog: string;
}

export function statePaths(root: string): StatePaths {
  return {
    root,
    runs: join(root, 'runs'),
    current: join(root, 'current'),
    database: join(root, 'temporal.db'),
    service: join(root, 'service.json'),
    supervisorLock: join(root, 'supervisor.lock'),
    supervisorLog: join(root, 'supervisor.log'),
    workerLog: join(root, 'worker.log'),
    temporalLog: join(root, 'temporal.log'),
  };
}

/** Backups hold other people's data: nobody but the owner may look inside. */
export async function makeStateDirectory(root: string): Promise<StatePaths> {
  const paths = statePaths(root);
  for (const folder of [paths.root, paths.runs, paths.current]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }
  return paths;
}

/**
 * Refuses a state directory inside one of the given folders (checkouts, build contexts, mounts of the deployment):
 * backups there would be built into images, committed, or removed with what they protect.
 */
export async function refuseExposedStateDirectory(root: string, folders: readonly string[]): Promise<void> {
  const real = await realPathOfNearest(root);
  for (const folder of folders) {
    if (isInside(real, await realPathOfNearest(folder))) {
      throw new StoppointError('STATE_DIR_EXPOSED', `the state directory '${root}' lies inside '${folder}'`);
    }
  }
}

export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Links resolved as far as the path exists: a state directory may not have been made yet. */
async function realPathOfNearest(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(await realPathOfNearest(parent), relative(parent, absolute));
  }
}
