import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDoor } from '../client.js';
import { StoppointError } from '../plan/diagnostic.js';
import { makeStateDirectory, type StatePaths } from '../world/state-directory.js';
import { lockHolder } from './lock-file.js';
import { readServiceFile, type ServiceFile } from './service-file.js';
import { planService, type ServicePlan } from './service-plan.js';
import { temporalTarget } from './temporal-target.js';

type Env = { readonly [name: string]: string | undefined };

const UP_MS = 60_000;

/** Starts what is not running yet and waits until the worker asks for work. Starting twice is the same as once. */
export async function startService({ root, env, version }: { root: string; env: Env; version: string }): Promise<{
  readonly service: ServiceFile;
  readonly already: boolean;
}> {
  const paths = await makeStateDirectory(root);
  const already = (await lockHolder(paths.supervisorLock)) !== null;
  if (!already) {
    const plan = await planService({ env, before: await readServiceFile(paths.service), version });
    await spawnSupervisor({ plan, paths, env });
  }
  return { service: await untilReady(paths, env), already };
}

async function spawnSupervisor({ plan, paths, env }: { plan: ServicePlan; paths: StatePaths; env: Env }): Promise<void> {
  const script = fileURLToPath(new URL('./supervisor-main.js', import.meta.url));
  const log = await open(paths.supervisorLog, 'a', 0o600);
  try {
    // A session of its own, away from this terminal and this folder: closing either must not end a run.
    const child = spawn(process.execPath, [script, JSON.stringify(plan)], {
      cwd: paths.root,
      detached: true,
      env: { ...env, STOPPOINT_STATE_DIR: paths.root },
      stdio: ['ignore', log.fd, log.fd],
    });
    child.unref();
  } finally {
    await log.close();
  }
}

async function untilReady(paths: StatePaths, env: Env): Promise<ServiceFile> {
  const deadline = Date.now() + UP_MS;
  while (Date.now() < deadline) {
    const file = await readServiceFile(paths.service);
    if (file?.ready && (await lockHolder(paths.supervisorLock)) && (await isPolling(file, paths, env))) return file;
    await pause(100);
  }
  throw await notReady(paths);
}

/** The very worker that the supervisor keeps: a killed one is listed for minutes. */
async function isPolling({ worker }: ServiceFile, paths: StatePaths, env: Env): Promise<boolean> {
  const pid = worker?.process?.pid;
  if (pid === undefined) return false;
  try {
    const door = await openDoor(await temporalTarget({ paths, env }));
    try {
      return (await door.workers()).some((identity) => identity.startsWith(`${pid}@`));
    } finally {
      await door.close();
    }
  } catch {
    return false;
  }
}

async function notReady(paths: StatePaths): Promise<StoppointError> {
  const file = await readServiceFile(paths.service);
  const serverRuns = file?.server.kind === 'given' || Boolean(file?.temporal?.process);
  const [code, what, log] = serverRuns
    ? (['NO_WORKER', 'the worker', paths.workerLog] as const)
    : (['TEMPORAL_UNREACHABLE', 'the Temporal server', paths.temporalLog] as const);
  const last = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').at(-1) ?? '';
  return new StoppointError(code, `${what} did not come up in ${UP_MS / 1000} s${last ? `; its last line: ${last.slice(0, 300)}` : ''}`, {
    next: `look at '${log}'`,
  });
}
