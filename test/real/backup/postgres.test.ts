import { beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { copyFile, mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backupPostgres } from '../../../src/activities/backup-postgres.js';
import { provePostgres } from '../../../src/activities/backup-postgres-proof.js';
import { type TakenPostgres, takePostgres } from '../../../src/activities/backup-postgres-take.js';
import { backupFolderOf } from '../../../src/activities/backing.js';
import { carryOut, takeBack } from '../../../src/activities/harness.js';
import type { StepContext } from '../../../src/activities/operator.js';
import type { OperationOf } from '../../../src/plan/operation.js';
import { execInContainer, tagOf } from '../../../src/world/container-exec.js';
import { readManifest } from '../../../src/world/manifest.js';
import { sweepScratch } from '../../../src/world/scratch-container.js';
import { SEED, TWICE } from '../support/postgres-seed.js';
import { waitUntil } from '../../../src/world/wait-until.js';
import { stepContext } from '../support/step-context.js';
import { testRuns } from '../support/test-runs.js';
import { sql, startTinyPostgres } from '../support/tiny-servers.js';

jest.setTimeout(180_000);

const runs = testRuns('backup');
const { docker, things } = runs;
const superuser = 'boss';
let container: string;
let step: StepContext;
let operation: OperationOf<'backup.postgres'>;

beforeAll(async () => {
  container = await startTinyPostgres(things, 'db', superuser);
  operation = { kind: 'backup.postgres', container, superuser };
  await sql(container, superuser, SEED);
  await sql(container, superuser, 'CREATE TABLE logs (body jsonb); INSERT INTO logs VALUES (\'{"a": 1.50}\');', 'odd name/ü');
});

beforeEach(() => {
  step = stepContext({ operation, runFolder: runs.runFolder, docker });
});

const scratchThings = async () => {
  const filters = { label: [`org.stoppoint.run=${step.runId}`] };
  const { Volumes } = await docker.listVolumes({ filters });
  return [...(await docker.listContainers({ all: true, filters })), ...(Volumes ?? [])];
};

describe('backup.postgres', () => {
  test('dumps every database and the roles, proves them by a restore, and leaves no throw-away thing', async () => {
    const { already, evidence } = await carryOut(backupPostgres, step);
    expect(already).toBe(false);
    expect(evidence.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['restored', 'pass'],
      ['content-equal', 'pass'],
      ['not-empty', 'pass'],
      ['all-databases', 'pass'],
    ]);
    expect(evidence.facts).toMatchObject({ databases: 2, rows: 1011, roles: 3, policies: 1, sequences: 2 });
    expect(evidence.raw?.map(({ name }) => name)).toEqual([
      'globals.sql',
      'odd%20name%2F%C3%BC.dump',
      'odd%20name%2F%C3%BC.schema.sql',
      'postgres.dump',
      'postgres.schema.sql',
    ]);
    expect(await scratchThings()).toEqual([]);
  });

  test('a finished backup is not taken again, and is never undone', async () => {
    await carryOut(backupPostgres, step);
    const before = await stat(join(backupFolderOf(step), 'postgres.dump'));
    expect(await carryOut(backupPostgres, step)).toMatchObject({ already: true });
    expect(await takeBack(backupPostgres, step)).toMatchObject({ how: 'not needed' });
    expect((await stat(join(backupFolderOf(step), 'postgres.dump'))).mtimeMs).toBe(before.mtimeMs);
  });

  test('one changed byte in a finished backup makes the step take it anew', async () => {
    await carryOut(backupPostgres, step);
    const file = join(backupFolderOf(step), 'globals.sql');
    await writeFile(file, (await readFile(file, 'utf8')).replace('PASSWORD', 'PASSW0RD'));
    expect(await carryOut(backupPostgres, step)).toMatchObject({ already: false });
    expect(await readFile(file, 'utf8')).not.toContain('PASSW0RD');
  });

  test('keeps the password and the rows out of evidence, and all files to itself', async () => {
    const { evidence } = await carryOut(backupPostgres, step);
    expect(JSON.stringify(evidence)).not.toMatch(/tiny-password|SCRAM|secret row/);
    const files = [join(backupFolderOf(step), 'globals.sql'), join(backupFolderOf(step), 'manifest.json'), step.folder.file('backup.json')];
    for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(backupFolderOf(step))).mode & 0o777).toBe(0o700);
  });

  test('writers during the dump do not make it fail', async () => {
    const ended = new AbortController();
    const writing = (async () => {
      while (!ended.signal.aborted) await sql(container, superuser, "INSERT INTO people (name, mood) VALUES ('late', 'sad');");
    })();
    try {
      await expect(carryOut(backupPostgres, step)).resolves.toMatchObject({ already: false });
    } finally {
      ended.abort();
      await writing;
      await sql(container, superuser, "DELETE FROM people WHERE name = 'late';");
    }
  });

  test('an attempt that was killed half-way is swept and begun anew', async () => {
    await sweepScratch(step);
    const killed = new AbortController();
    const dying = stepContext({ operation, runFolder: step.runFolder, docker, signal: killed.signal });
    const attempt = takePostgres(dying, operation, join(backupFolderOf(step))).catch((error: unknown) => error);
    killed.abort(new Error('killed'));
    expect(await attempt).toMatchObject({ message: 'killed' });
    // What a killed docker CLI leaves: a program in the source, and throw-away things of the step.
    const left = { container, command: ['sh', '-c', 'exec sleep 1000 <&- >&- 2>&-'], env: {} };
    void execInContainer(left, { tag: tagOf(step) }).catch(() => undefined);
    await docker.createVolume({ Name: `${things.id}-left`, Labels: { ...step.labels, ...things.labels, 'org.stoppoint.scratch': 'true' } });
    expect(await carryOut(backupPostgres, step)).toMatchObject({ already: false });
    expect(await scratchThings()).toEqual([]);
    const { stdout } = await execInContainer({ container, command: ['ps', '-eo', 'args'] });
    expect(stdout).not.toContain('sleep 1000');
  });

  test('a cancelled attempt leaves nothing running and nothing that counts as a backup', async () => {
    const cancelled = new AbortController();
    const dying = stepContext({ operation, runFolder: step.runFolder, docker, signal: cancelled.signal });
    const attempt = carryOut(backupPostgres, dying).catch((error: unknown) => error);
    await waitUntil(async () => (await scratchThings()).length > 1, { what: 'the scratch cluster', seconds: 60 });
    cancelled.abort(new Error('cancelled'));
    expect(await attempt).toMatchObject({ message: 'cancelled' });
    expect(await scratchThings()).toEqual([]);
    expect(await readManifest(backupFolderOf(step))).toBeNull();
    const open = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'stoppoint%' OR application_name LIKE 'pg_dump%'";
    expect(await sql(container, superuser, open)).toBe('0');
  });

  test('a folder that is not its own is not emptied', async () => {
    const others = join(backupFolderOf(step), 'somebody.dump');
    await backupPostgres.probe(step, operation, null);
    await mkdir(backupFolderOf(step), { recursive: true });
    await writeFile(others, 'precious');
    await expect(carryOut(backupPostgres, step)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    expect(await readFile(others, 'utf8')).toBe('precious');
  });
});

describe('the proof is red', () => {
  const FILES = ['globals.sql', ...['postgres', 'odd%20name%2F%C3%BC'].flatMap((name) => [`${name}.dump`, `${name}.schema.sql`])];
  let taken: TakenPostgres;
  let good: string;

  beforeAll(async () => {
    good = await mkdtemp(join(runs.folder, 'good-'));
    taken = await takePostgres(stepContext({ operation, runFolder: join(runs.folder, `${things.id}-good`), docker }), operation, good);
  });

  /** Proves a copy of the good backup in which `file` has other bytes. */
  const proveWith = async (file: string, bytes: Buffer) => {
    const other = await mkdtemp(join(runs.folder, 'other-'));
    for (const name of FILES) await copyFile(join(good, name), join(other, name));
    await writeFile(join(other, file), bytes);
    try {
      const { evidence, details } = await provePostgres(step, operation, other, taken);
      const { differences } = details as { differences: readonly string[] };
      return { differences, checks: Object.fromEntries(evidence.checks.map(({ id, verdict }) => [id, verdict])) };
    } finally {
      await sweepScratch(step);
    }
  };

  /** A backup's file as it would be after these changes to the original; they are rolled back at the end. */
  const fileAfter = async (file: string, change: string, back: string) => {
    const other = await mkdtemp(join(runs.folder, 'changed-'));
    await sql(container, superuser, change);
    try {
      await takePostgres(step, operation, other);
    } finally {
      await sql(container, superuser, back);
    }
    return await readFile(join(other, file));
  };

  test('each kind of change in a dump is named', async () => {
    const counter = await sql(container, superuser, 'SELECT last_value FROM counter');
    const bytes = await fileAfter(
      'postgres.dump',
      `UPDATE people SET name = 'x' WHERE id = 7; UPDATE parts SET j = '{"a":2, "b":1}'; UPDATE prices SET p = 1.5; DELETE FROM dropped;
       UPDATE moods SET m = 'sad'; UPDATE more SET b = b + interval '1 microsecond'; SELECT lo_put(4242, 0, '\\x00');
       REVOKE SELECT ON people FROM reader; DROP POLICY own ON people; ALTER TABLE prices OWNER TO boss;
       ${TWICE.replace('doubles', 'halves')}; SELECT setval('counter', 3); CREATE TABLE strange ();
       ALTER DATABASE postgres SET "app.word" = 'other';`,
      `UPDATE people SET name = 'secret row 7' WHERE id = 7; UPDATE parts SET j = '{"b":1, "a":2}'; UPDATE prices SET p = 1.50;
       INSERT INTO dropped VALUES ('a'); UPDATE moods SET m = 'happy'; UPDATE more SET b = b - interval '1 microsecond';
       SELECT lo_put(4242, 0, '\\x01'); GRANT SELECT ON people TO reader; CREATE POLICY own ON people USING (name <> 'x');
       ALTER TABLE prices OWNER TO writer; ${TWICE}; SELECT setval('counter', ${counter}); DROP TABLE strange;
       ALTER DATABASE postgres SET "app.word" = 'secret row of settings';`,
    );
    const { differences, checks } = await proveWith('postgres.dump', bytes);
    expect(checks).toMatchObject({ restored: 'pass', 'content-equal': 'fail' });
    expect([...differences].sort()).toEqual(
      [
        'table public.dropped has 0 of 1 rows',
        'table public.moods has other content',
        'table public.more has other content',
        'table public.parts_1 has other content',
        'table public.people has other content',
        'table public.prices has other content',
        'table pg_catalog.pg_largeobject has other content',
        'table public.strange is new',
        'sequence public.counter stands elsewhere',
        'ACL public.TABLE people is defined otherwise',
        'DATABASE PROPERTIES postgres is defined otherwise',
        'FUNCTION public.twice(integer) is defined otherwise',
        'POLICY public.people own is defined otherwise',
        'TABLE public.prices is defined otherwise',
        'TABLE public.strange is defined otherwise',
      ]
        .map((name) => `postgres: ${name}`)
        .sort(),
    );
  });

  test('a role without its setting', async () => {
    const file = 'globals.sql';
    const bytes = await fileAfter(file, 'ALTER ROLE reader RESET statement_timeout;', "ALTER ROLE reader SET statement_timeout = '3s';");
    const { differences } = await proveWith(file, bytes);
    expect(differences).toEqual(['roles: 1 lines of their definition']);
  });

  test('a dump that was cut', async () => {
    const bytes = await readFile(join(good, 'postgres.dump'));
    const { checks } = await proveWith('postgres.dump', bytes.subarray(0, Math.floor(bytes.length * 0.9)));
    expect(checks).toMatchObject({ restored: 'fail', 'content-equal': 'fail', 'not-empty': 'fail' });
  });
});

test('a failed proof leaves no manifest, so that a retry does the work again', async () => {
  await sql(container, superuser, 'CREATE DATABASE closed ALLOW_CONNECTIONS false;');
  try {
    await expect(carryOut(backupPostgres, step)).rejects.toMatchObject({ code: 'CHECKS_FAILED' });
    expect(await readManifest(backupFolderOf(step))).toBeNull();
  } finally {
    await sql(container, superuser, 'DROP DATABASE closed;');
  }
  expect(await carryOut(backupPostgres, step)).toMatchObject({ already: false });
});
