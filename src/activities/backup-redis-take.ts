import { join } from 'node:path';
import { GET_DUMP, originalCommand, readInfo, readKeyspace, scratchRedisSettings } from '../invocations/redis.js';
import type { OperationOf } from '../plan/operation.js';
import { execInContainer } from '../world/container-exec.js';
import { startScratchContainer } from '../world/scratch-container.js';
import { askScratchRedis, digestScratchRedis, startScratchRedis } from '../world/scratch-redis.js';
import { waitUntil } from '../world/wait-until.js';
import { privateFile } from './backing.js';
import type { StepContext } from './operator.js';

export const DUMP_FILE = 'dump.rdb';

export interface TakenRedis {
  /** What the copy held when it was saved. */
  readonly digests: ReadonlyMap<string, string>;
  /** Functions of the server, as sorted lines. */
  readonly functions: string;
  /** Replication offsets: of the original when it was asked, and of the copy when it was cut off later. */
  readonly originalOffset: number;
  readonly copyOffset: number;
  /** Keys of the original when it was asked. */
  readonly originalKeys: number;
}

/** Lets a throw-away replica catch up, cuts it off, saves it, and reads its digests. */
export async function takeRedis(step: StepContext, operation: OperationOf<'backup.redis'>, folder: string): Promise<TakenRedis> {
  const { signal } = step;
  const original = await doorOf(step, operation.container);
  // In the original's own network namespace: no name, address or port of ours appears in any network.
  const container = await startScratchContainer(step, { image: original.image, network: `container:${original.id}` });
  const ask = (...words: readonly string[]) => askScratchRedis(container, words, signal);
  const askOriginal = async (...words: readonly string[]) => {
    const env: Record<string, string> = original.password ? { REDISCLI_AUTH: original.password } : {};
    return (await execInContainer({ container, env, command: originalCommand(original.port, ...words) }, { signal })).stdout;
  };

  await startScratchRedis(container, scratchRedisSettings(original), signal);
  const replication = async () => readInfo(await ask('INFO', 'replication'));
  const isLinked = async () => (await replication()).master_link_status === 'up';
  await waitUntil(isLinked, { what: `the replica of '${operation.container}'`, seconds: 1800, signal });
  const { master_repl_offset: asked } = readInfo(await askOriginal('INFO', 'replication'));
  const originalOffset = Number(asked);
  const originalKeys = [...readKeyspace(await askOriginal('INFO', 'keyspace')).values()].reduce((sum, keys) => sum + keys, 0);
  const hasCaughtUp = async () => {
    const { master_link_status: link, slave_repl_offset: offset } = await replication();
    return link === 'up' && Number(offset) >= originalOffset;
  };
  await waitUntil(hasCaughtUp, { what: `the replica of '${operation.container}' to catch up`, seconds: 600, signal });

  await ask('REPLICAOF', 'NO', 'ONE');
  await ask('SAVE');
  await execInContainer({ container, command: GET_DUMP }, { signal, stdoutFile: await privateFile(join(folder, DUMP_FILE)) });
  return {
    digests: await digestScratchRedis(container, signal),
    functions: await functionsOf(container, signal),
    originalOffset,
    copyOffset: Number((await replication()).master_repl_offset),
    originalKeys,
  };
}

/** Servers list their functions in any order. */
export async function functionsOf(container: string, signal: AbortSignal): Promise<string> {
  return (await askScratchRedis(container, ['FUNCTION', 'LIST', 'WITHCODE'], signal)).split('\n').sort().join('\n');
}

interface RedisDoor {
  readonly id: string;
  readonly image: string;
  readonly port: number;
  readonly password: string | null;
}

/** Port and password as the container was started with; a password that only a configuration file knows is not found. */
async function doorOf({ docker }: StepContext, container: string): Promise<RedisDoor> {
  const { Id: id, Image: image, Path, Args, Config } = await docker.getContainer(container).inspect();
  const words = [Path, ...Args].join(' ').split(/\s+/);
  const argument = (name: string) => (words.includes(name) ? (words[words.indexOf(name) + 1] ?? null) : null);
  const variable = (name: string) => Config.Env?.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) || null;
  const password = argument('--requirepass') ?? variable('REDIS_PASSWORD') ?? variable('REDISCLI_AUTH');
  return { id, image, port: Number(argument('--port') ?? 6379), password };
}
