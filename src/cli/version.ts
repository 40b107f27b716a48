import { readFileSync } from 'node:fs';

/** The package's own version, from its package.json: two folders up, from `src` and from `dist` alike. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}
