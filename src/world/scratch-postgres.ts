import { type ClusterReading, type PostgresDoor, initdbArgs, scratchSettings } from '../invocations/postgres.js';
import { execInContainer } from './container-exec.js';
import { type ScratchOwner, makeScratchVolume, startScratchContainer } from './scratch-container.js';

const HOME = '/scratch';

/**
 * A new, empty cluster in a throw-away container: same image, programs, locale and preloaded libraries as `like`,
 * its data in a throw-away volume, without network and without background work of its own.
 */
export async function startScratchPostgres(
  owner: ScratchOwner & { readonly signal: AbortSignal },
  { source, like }: { source: string; like: ClusterReading },
): Promise<PostgresDoor> {
  const { signal } = owner;
  const image = (await owner.docker.getContainer(source).inspect()).Image;
  const user = await ownerOf(source, like.folder, signal);
  const volume = await makeScratchVolume(owner);
  const container = await startScratchContainer(owner, { image, mounts: [{ type: 'volume', volume, target: HOME, readOnly: false }] });
  const folders = [`${HOME}/data`, `${HOME}/socket`, ...like.tablespaces];
  await execInContainer({ container, command: ['sh', '-c', MAKE_FOLDERS, 'sh', user, ...folders] }, { signal });
  await execInContainer({ container, user, command: [`${like.programs}/initdb`, ...initdbArgs(like, `${HOME}/data`)] }, { signal });
  const settings = scratchSettings(like, `${HOME}/socket`);
  await execInContainer({ container, user, command: ['sh', '-c', `cat >>${HOME}/data/postgresql.conf`], input: settings }, { signal });
  const start = ['-D', `${HOME}/data`, '-l', `${HOME}/socket/log`, '-w', '-t', '120', '-s', 'start'];
  await execInContainer({ container, user, command: [`${like.programs}/pg_ctl`, ...start] }, { signal });
  return { container, user, superuser: like.bootstrap, host: `${HOME}/socket` };
}

const MAKE_FOLDERS = 'user="$1"; shift; mkdir -p "$@" && chown "$user" "$@" && chmod 0700 "$@"';

/** `uid:gid` as which the source's server runs: in the same image they mean the same. */
async function ownerOf(container: string, folder: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await execInContainer({ container, command: ['stat', '-c', '%u:%g', folder] }, { signal });
  return stdout.trim();
}
