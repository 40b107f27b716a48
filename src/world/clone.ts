import { runCommand } from './run-command.js';

interface Clone {
  readonly from: string;
  readonly commit: string;
  readonly into: string;
}

/**
 * A clone that shares nothing with its source and cannot reach it: own objects, detached, without remote and hooks.
 * The source is only read: no lock, no refreshed index.
 */
export async function cloneDetached({ from, commit, into }: Clone, signal: AbortSignal): Promise<void> {
  const flags = ['--quiet', '--local', '--no-hardlinks', '--no-checkout', '--template=', '--origin', 'origin'];
  // Git drops our settings for the process that reads the source: they are said again.
  const reader = ['--upload-pack', "git -c safe.directory='*' upload-pack"];
  await git(['clone', ...flags, ...reader, from, into], signal);
  await git(['-C', into, 'checkout', '--quiet', '--detach', commit], signal);
  await git(['-C', into, 'remote', 'remove', 'origin'], signal);
}

export async function headOf(folder: string, signal: AbortSignal): Promise<string> {
  return (await git(['-C', folder, 'rev-parse', 'HEAD'], signal)).trim();
}

/** Tracked files with uncommitted changes. */
export async function changedFiles(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const status = await git(['-C', folder, 'status', '--porcelain', '-z', '--untracked-files=no'], signal);
  return status
    .split('\0')
    .filter(Boolean)
    .map((entry) => entry.slice(3));
}

/** Paths relative to the folder, ignored ones included. */
export async function untrackedFiles(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  return (await git(['-C', folder, 'ls-files', '--others', '-z'], signal)).split('\0').filter(Boolean);
}

async function git(args: readonly string[], signal: AbortSignal): Promise<string> {
  // A checkout that belongs to another user is read as well; hooks and filters of the user's own are not run.
  const settings = ['-c', 'safe.directory=*', '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'];
  const env = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  return (await runCommand({ file: 'git', args: [...settings, ...args], env }, { signal })).stdout;
}
