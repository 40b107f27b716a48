import { beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backupRedis } from '../../../src/activities/backup-redis.js';
import { proveRedis } from '../../../src/activities/backup-redis-proof.js';
import { DUMP_FILE, type TakenRedis, takeRedis } from '../../../src/activities/backup-redis-take.js';
import { carryOut } from '../../../src/activities/harness.js';
import type { StepContext } from '../../../src/activities/operator.js';
import type { OperationOf } from '../../../src/plan/operation.js';
import { execInContainer } from '../../../src/world/container-exec.js';
import { sweepScratch } from '../../../src/world/scratch-container.js';
import { stepContext } from '../support/step-context.js';
import { testRuns } from '../support/test-runs.js';
import { startTinyRedis } from '../support/tiny-servers.js';

jest.setTimeout(120_000);

const runs = testRuns('redis');
const { docker, things } = runs;
let container: string;
let operation: OperationOf<'backup.redis'>;
let step: StepContext;

/** One command per line, quoted as redis-cli quotes. */
const redis = async (commands: string, server = container) =>
  (await execInContainer({ container: server, command: ['redis-cli'], input: `${commands}\n` })).stdout.trim();

beforeAll(async () => {
  container = await startTinyRedis(things, 'redis', { network: await things.network('net') });
  operation = { kind: 'backup.redis', container, service: 'redis' };
  // Large enough that hash and set become hash tables, whose order differs from server to server.
  const many = Array.from({ length: 700 }, (_, n) => `HSET profile f${n} v${n}\nSADD tags t${n}`).join('\n');
  await redis(`${many}
    SET word "secret value"
    SET lapses soon EX 86400
    SET "key \\x00 with \\xff bytes\\n" x
    RPUSH list a b c
    ZADD scores 1.5 a 2 b
    XADD stream 1-1 field value
    XGROUP CREATE stream readers 0
    FUNCTION LOAD "#!lua name=lib\\nredis.register_function('f', function() return 1 end)"
    SELECT 3
    SET elsewhere 1`);
});

beforeEach(() => {
  step = stepContext({ operation, runFolder: runs.runFolder, docker });
});

describe('backup.redis', () => {
  test('copies every database through a replica, proves it in another server, and leaves no throw-away thing', async () => {
    const { evidence } = await carryOut(backupRedis, step);
    expect(evidence.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['restored', 'pass'],
      ['content-equal', 'pass'],
      ['not-empty', 'pass'],
      ['caught-up', 'pass'],
    ]);
    expect(evidence.facts).toMatchObject({ keys: 9, keysWithExpiry: 1, originalKeys: 9, expiredMeanwhile: 0 });
    expect(JSON.stringify(evidence)).not.toContain('secret value');
    expect(await docker.listContainers({ all: true, filters: { label: [`org.stoppoint.run=${step.runId}`] } })).toEqual([]);
    expect(await carryOut(backupRedis, step)).toMatchObject({ already: true });
    expect(await redis('INFO replication')).toMatch(/connected_slaves:0/);
  });

  test('goes on while the original is written to', async () => {
    const ended = new AbortController();
    const writing = (async () => {
      for (let n = 0; !ended.signal.aborted; n += 1) await redis(`SET busy ${n}\nSET short ${n} PX 50`);
    })();
    try {
      const { evidence } = await carryOut(backupRedis, step);
      expect(Number(evidence.facts.copyOffset)).toBeGreaterThanOrEqual(Number(evidence.facts.originalOffset));
    } finally {
      ended.abort();
      await writing;
      await redis('DEL busy short');
    }
  });

  test('an original without keys is said to be empty', async () => {
    const empty = await startTinyRedis(things, 'empty', { network: 'none' });
    step = stepContext({ operation: { ...operation, container: empty }, runFolder: step.runFolder, docker });
    const { evidence } = await carryOut(backupRedis, step);
    expect(evidence.checks.find(({ id }) => id === 'not-empty')).toMatchObject({
      verdict: 'pass',
      live: 'empty: the original itself has no keys',
    });
  });

  test('an original with a password is copied, and the password shows nowhere', async () => {
    const guarded = await startTinyRedis(things, 'guarded', { network: 'bridge', args: ['--requirepass', 'pass"word#1'] });
    await redis('AUTH "pass\\"word#1"\nSET a 1', guarded);
    step = stepContext({ operation: { ...operation, container: guarded }, runFolder: step.runFolder, docker });
    const { evidence } = await carryOut(backupRedis, step);
    expect(evidence.facts.keys).toBe(1);
    expect(JSON.stringify(evidence)).not.toContain('word#1');
  });
});

describe('the proof is red', () => {
  let taken: TakenRedis;

  beforeAll(async () => {
    const good = await mkdtemp(join(runs.folder, 'good-'));
    const first = stepContext({ operation, runFolder: join(runs.folder, `${things.id}-good`), docker });
    taken = await takeRedis(first, operation, good);
    await sweepScratch(first);
  });

  const prove = async (other: string) => {
    try {
      const { evidence, details } = await proveRedis(step, operation, other, taken);
      const checks = Object.fromEntries(evidence.checks.map(({ id, verdict }) => [id, verdict]));
      return { checks, differences: (details as { differences: readonly string[] }).differences };
    } finally {
      await sweepScratch(step);
    }
  };

  test('each changed value, time to live, type and key is named', async () => {
    const expiry = Number(await redis('PEXPIRETIME lapses'));
    await redis(`PEXPIREAT lapses ${expiry + 1}
      HSET profile f7 other
      SADD tags one-more
      SET word "Secret value"
      DEL list
      SET list now-a-string
      ZADD scores 1.6 a
      XADD stream 1-2 field value
      SET strange 1
      FUNCTION DELETE lib
      SELECT 3
      DEL elsewhere`);
    const other = await mkdtemp(join(runs.folder, 'other-'));
    await takeRedis(step, operation, other);
    const { checks, differences } = await prove(other);
    expect(checks).toMatchObject({ restored: 'pass', 'content-equal': 'fail' });
    const hex = (key: string) => Buffer.from(key).toString('hex');
    expect([...differences].sort()).toEqual(
      [
        `key 0 ${hex('lapses')} has another time to live`,
        `key 0 ${hex('profile')} has another value`,
        `key 0 ${hex('tags')} has another value`,
        `key 0 ${hex('word')} has another value`,
        `key 0 ${hex('list')} has another type`,
        `key 0 ${hex('scores')} has another value`,
        `key 0 ${hex('stream')} has another value`,
        `key 0 ${hex('strange')} is new`,
        `key 3 ${hex('elsewhere')} is missing`,
        'the functions of the server',
      ].sort(),
    );
  });

  test('a flipped byte, and a cut copy', async () => {
    const other = await mkdtemp(join(runs.folder, 'broken-'));
    await takeRedis(step, operation, other);
    await sweepScratch(step);
    const bytes = await readFile(join(other, DUMP_FILE));
    const flipped = Buffer.from(bytes);
    flipped[bytes.indexOf('Secret value')] = 0x73;
    for (const broken of [flipped, bytes.subarray(0, bytes.length - 20)]) {
      await writeFile(join(other, DUMP_FILE), broken);
      expect((await prove(other)).checks).toMatchObject({ restored: 'fail', 'content-equal': 'fail', 'not-empty': 'fail' });
    }
  });
});
