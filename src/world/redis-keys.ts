import { endingWith } from '../plan/marker.js';
import { execInContainer, type ExecOptions } from './container-exec.js';

export interface RedisKey {
  readonly database: number;
  readonly key: string;
}

/** Every key of every database of the server that ends so. SCAN blocks nobody; it may give a key twice. */
export async function keysEndingWith(container: string, suffix: string, options: ExecOptions): Promise<readonly RedisKey[]> {
  const found = new Map<string, RedisKey>();
  for (const { database } of await databaseSizes(container, options)) {
    const printed = await redisCli(container, ['-n', String(database), '--scan', '--pattern', endingWith(suffix)], options);
    for (const key of printed.split('\n').filter((line) => line !== '')) found.set(`${database} ${key}`, { database, key });
  }
  return [...found.values()];
}

/** Databases that hold keys. */
export async function databaseSizes(
  container: string,
  options: ExecOptions,
): Promise<readonly { readonly database: number; readonly keys: number }[]> {
  const info = await redisCli(container, ['INFO', 'keyspace'], options);
  return [...info.matchAll(/^db(\d+):keys=(\d+)/gm)].map((found) => ({ database: Number(found[1]), keys: Number(found[2]) }));
}

export async function removeKey(container: string, { database, key }: RedisKey, options: ExecOptions): Promise<void> {
  await redisCli(container, ['-n', String(database), 'DEL', key], options);
}

/** The server's own client. It prints errors to standard output with exit code 0, unless told by `-e`. */
async function redisCli(container: string, args: readonly string[], options: ExecOptions): Promise<string> {
  const { stdout } = await execInContainer({ container, command: ['redis-cli', '-e', ...args] }, options);
  return stdout.replaceAll('\r\n', '\n');
}
