import { ASK_REDIS, START_REDIS, digestKeysCommand, readKeyspace, redisCommand } from '../invocations/redis.js';
import { StoppointError } from '../plan/diagnostic.js';
import { execInContainer } from './container-exec.js';
import { waitUntil } from './wait-until.js';

/** Starts redis-server in a throw-away container and waits until it has loaded. BACKUP_NOT_PROVEN when it refuses. */
export async function startScratchRedis(container: string, settings: string, signal: AbortSignal): Promise<void> {
  await execInContainer({ container, command: START_REDIS, input: settings }, { signal });
  const isUp = async () => {
    const { exitCode, stdout } = await execInContainer({ container, command: ASK_REDIS }, { signal, accept: [1, 3] });
    if (exitCode !== 3) return exitCode === 0;
    const error = new StoppointError('BACKUP_NOT_PROVEN', 'the scratch server did not start with the copy');
    throw Object.assign(error, { stderr: stdout });
  };
  await waitUntil(isUp, { what: `redis in '${container}'`, seconds: 600, signal });
}

export async function askScratchRedis(container: string, words: readonly string[], signal: AbortSignal): Promise<string> {
  return (await execInContainer({ container, command: redisCommand(...words) }, { signal })).stdout;
}

/** `<database> <key as hex>` → `type expiry digest` of every key that a throw-away server holds. */
export async function digestScratchRedis(container: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for (const database of readKeyspace(await askScratchRedis(container, ['INFO', 'keyspace'], signal)).keys()) {
    let cursor = '0';
    do {
      const { stdout } = await execInContainer({ container, command: digestKeysCommand(database, cursor) }, { signal });
      const [next = '0', ...lines] = stdout.split('\n');
      for (const line of lines.filter(Boolean)) {
        const at = line.lastIndexOf(' ');
        digests.set(`${database} ${line.slice(at + 1)}`, line.slice(0, at));
      }
      cursor = next;
    } while (cursor !== '0');
  }
  return digests;
}
