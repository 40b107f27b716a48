import { join } from 'node:path';
import type { CheckResult } from '../plan/checks.js';
import { StoppointError } from '../plan/diagnostic.js';
import { PUT_DUMP, scratchRedisSettings } from '../invocations/redis.js';
import type { OperationOf } from '../plan/operation.js';
import { execInContainer } from '../world/container-exec.js';
import { digestFolder } from '../world/manifest.js';
import { startScratchContainer } from '../world/scratch-container.js';
import { digestScratchRedis, startScratchRedis } from '../world/scratch-redis.js';
import { writeDurably } from '../world/write-durably.js';
import { backupChecks } from './backup-evidence.js';
import { type RedisComparison, compareDigests } from './backup-redis-compare.js';
import { DUMP_FILE, type TakenRedis, functionsOf } from './backup-redis-take.js';
import type { Taken } from './backing.js';
import type { StepContext } from './operator.js';

const NOTHING: RedisComparison = { differences: [], compared: 0, expiredMeanwhile: 0 };

/** Loads the copy into a server of its own and compares type, time to live and value of every key. */
export async function proveRedis(
  step: StepContext,
  operation: OperationOf<'backup.redis'>,
  folder: string,
  taken: TakenRedis,
): Promise<Taken> {
  const image = (await step.docker.getContainer(operation.container).inspect()).Image;
  const container = await startScratchContainer(step, { image });
  const refused = await load(step, container, join(folder, DUMP_FILE));
  const { differences, compared, expiredMeanwhile } = refused ? NOTHING : await compare(step, container, taken);
  const lines = [...taken.digests].map(([key, digest]) => `${key} ${digest}\n`).sort();
  await writeDurably(join(folder, 'keys.txt'), lines.join(''));
  const files = await digestFolder(folder);
  const { originalOffset, copyOffset, originalKeys } = taken;
  const caughtUp: CheckResult = {
    id: 'caught-up',
    limit: 'the copy holds everything that the original held when it was asked',
    verdict: copyOffset >= originalOffset ? 'pass' : 'fail',
    live: `original at ${originalOffset}, copy cut off at ${copyOffset}`,
  };
  const original = Math.max(originalKeys, taken.digests.size) - expiredMeanwhile;
  return {
    evidence: {
      facts: {
        bytes: files.reduce((total, { bytes }) => total + bytes, 0),
        keys: taken.digests.size,
        keysWithExpiry: [...taken.digests.values()].filter((digest) => digest.split(' ')[1] !== '-1').length,
        expiredMeanwhile,
        originalKeys,
        originalOffset,
        copyOffset,
      },
      checks: [...backupChecks({ refused, differences, compared, original, unit: 'keys' }), caughtUp],
      raw: files,
    },
    details: { differences, restore: HOW_TO_RESTORE },
  };
}

const HOW_TO_RESTORE = [
  `put ${DUMP_FILE} into an empty data folder and start the server with 'appendonly no': with AOF on it is ignored`,
  "then 'CONFIG SET appendonly yes', wait for the rewrite, and only then start it with AOF again",
  'users of an ACL file and settings are not in here; they are in the backup of the files',
];

/** Why the server did not take it, or null. What it said goes into the run's folder only. */
async function load(step: StepContext, container: string, inputFile: string): Promise<string | null> {
  const { signal } = step;
  await execInContainer({ container, command: PUT_DUMP, inputFile }, { signal });
  try {
    await startScratchRedis(container, scratchRedisSettings(), signal);
    return null;
  } catch (error) {
    if (!(error instanceof StoppointError) || error.code !== 'BACKUP_NOT_PROVEN') throw error;
    await writeDurably(step.folder.file('restore-refused.txt'), (error as { stderr?: string }).stderr ?? '');
    return `${error.message}; see restore-refused.txt in the step's folder`;
  }
}

async function compare(step: StepContext, container: string, taken: TakenRedis): Promise<RedisComparison> {
  const loaded = await digestScratchRedis(container, step.signal);
  const comparison = compareDigests(taken.digests, loaded, Date.now());
  const same = taken.functions === (await functionsOf(container, step.signal));
  return same ? comparison : { ...comparison, differences: [...comparison.differences, 'the functions of the server'] };
}
