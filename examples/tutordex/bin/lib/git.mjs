import { runProgram } from './process.mjs';

/** One commit whose id depends on the files alone: no user settings, no clock. */
export async function commitEverything(dir, message) {
  const date = '2026-01-15T00:00:00+00:00';
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))),
    GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
  const who = ['-c', 'user.name=sample', '-c', 'user.email=sample@localhost'];
  const git = (...args) => runProgram('git', [...who, '-c', 'core.autocrlf=false', ...args], { cwd: dir, env });
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('commit', '-q', '-m', message);
  return (await git('rev-parse', 'HEAD')).stdout.trim();
}
