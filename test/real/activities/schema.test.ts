import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { carryOut, takeBack } from '../../../src/activities/harness.js';
import { schemaApply } from '../../../src/activities/schema-apply.js';
import { schemaCompare } from '../../../src/activities/schema-compare.js';
import type { Operation } from '../../../src/plan/operation.js';
import type { Target } from '../../../src/plan/target.js';
import { connectDocker } from '../../../src/world/docker.js';
import { waitUntil } from '../../../src/world/wait-until.js';
import { asService, NOTHING_OBSERVED, targetWith } from '../support/labelled.js';
import { stepContext } from '../support/step-context.js';
import { sql, startTinyPostgres, TestThings } from '../support/tiny-servers.js';

jest.setTimeout(180_000);

const SUPERUSER = 'boss';
const SNAPSHOT = `CREATE TYPE public.mood AS ENUM ('happy', 'sad');
CREATE TABLE public.things (id bigserial PRIMARY KEY, name text NOT NULL DEFAULT 'x', mood public.mood);
CREATE FUNCTION public.touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NEW;
END
$$;
CREATE TRIGGER touch BEFORE INSERT ON public.things FOR EACH ROW EXECUTE FUNCTION public.touched();
SELECT set_config('search_path', '', false);`;
const MIGRATION = 'CREATE INDEX things_name_idx ON public.things (name);\nGRANT SELECT ON public.things TO anon;\n';
const ONE_OFF = 'DROP TABLE public.things;';
const POLICIES =
  'ALTER TABLE public.things ENABLE ROW LEVEL SECURITY;\nCREATE POLICY readable ON public.things FOR SELECT TO anon USING (true);';
const ROLES =
  'CREATE ROLE app; CREATE ROLE anon; GRANT ALL ON SCHEMA public TO app; ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO anon;';

const docker = connectDocker();
const things = new TestThings(docker);
const databases = {
  production: { project: `${things.id}-db`, directory: '/db' },
  staging: { project: `${things.id}-sdb`, directory: '/sdb' },
};
let folder: string;
let production: string;
let staging: string;
let target: Partial<Target>;
let count = 0;
let runId = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sp-schema-'));
  [production, staging] = await Promise.all([
    startTinyPostgres(asService(things, databases.production, 'db'), 'prod', SUPERUSER),
    startTinyPostgres(asService(things, databases.staging, 'db'), 'staging', SUPERUSER),
  ]);
  await sql(
    production,
    SUPERUSER,
    `${ROLES} SET ROLE app; ${SNAPSHOT} RESET ALL; ${MIGRATION} ${POLICIES} INSERT INTO public.things DEFAULT VALUES;`,
  );
  await sql(staging, SUPERUSER, ROLES);
  target = targetWith({
    superuser: SUPERUSER,
    app: { ...NOTHING_OBSERVED, directory: folder },
    database: { ...NOTHING_OBSERVED, name: databases.production.project, directory: '/db' },
    stagingDatabase: databases.staging,
    planFile: {
      schema: {
        snapshot: 'the sql/schema.sql',
        migrations: { directory: 'the sql', match: String.raw`^20\d\d-.*\.sql$`, after: '2025-12-15' },
        policies: 'the sql/policies.sql',
      },
    },
  });
  await mkdir(join(folder, 'the sql'));
});

beforeEach(async () => {
  count += 1;
  runId = `${things.id}-run${count}`;
  await writeFiles({});
});

afterAll(async () => {
  await things.remove();
  await rm(folder, { recursive: true });
});

async function writeFiles(files: { readonly [name: string]: string }) {
  const all = {
    'schema.sql': SNAPSHOT,
    '2025-11-20_one_off.sql': ONE_OFF,
    '2026-01-05_index.sql': MIGRATION,
    'policies.sql': POLICIES,
    ...files,
  };
  await Promise.all(Object.entries(all).map(([name, text]) => writeFile(join(folder, 'the sql', name), text)));
}

const step = (operation: Operation, id = runId) => stepContext({ operation, runFolder: join(folder, id), docker, target });
const applied = async () => await carryOut(schemaApply, step({ kind: 'schema.apply' }));
const undone = async () => await takeBack(schemaApply, step({ kind: 'schema.apply' }));
const compared = async () => await carryOut(schemaCompare, step({ kind: 'schema.compare' }, `${runId}-${Math.random()}`));
const failure = async (work: Promise<unknown>) =>
  await work.then(
    () => 'no failure',
    (error: Error) => error.message,
  );
const objects = () => sql(staging, SUPERUSER, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace");

describe('applying the schema', () => {
  test('makes snapshot, newer migrations and policies, but no older one-off; twice is once; undone, nothing is left; then again', async () => {
    const first = await applied();
    expect(first.evidence).toMatchObject({ facts: { files: 3 } });
    expect(first.evidence.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      'tables-exist pass',
      'tables-empty pass',
      'ledger pass',
    ]);
    expect((await applied()).already).toBe(true);
    expect(await sql(staging, SUPERUSER, "SELECT tableowner FROM pg_tables WHERE tablename = 'things'")).toBe('app');

    expect((await undone()).how).toBe('undone');
    expect(await objects()).toBe('0');
    expect(await sql(staging, SUPERUSER, "SELECT to_regclass('stoppoint.ledger') IS NULL")).toBe('t');
    expect((await undone()).how).toBe('undone');

    await rm(join(folder, runId, 'steps', 'schema.apply', '1', 'evidence.json'));
    expect((await applied()).already).toBe(false);
    expect((await compared()).evidence.checks.every(({ verdict }) => verdict === 'pass')).toBe(true);
    await undone();
  });

  test('with a broken file shows file and line, and applies nothing', async () => {
    await writeFiles({
      '2026-01-05_index.sql': 'CREATE TABLE public.other (id int);\n\nCREATE INDEX wrong ON public.things\n  (nonesuch);\n',
    });
    expect(await failure(applied())).toBe('\'the sql/2026-01-05_index.sql:4\': column "nonesuch" does not exist; nothing was applied');
    expect(await objects()).toBe('0');
    expect(await sql(staging, SUPERUSER, "SELECT to_regclass('stoppoint.ledger') IS NULL")).toBe('t');
    await writeFiles({});
    await applied();
    await undone();
  });

  test('refuses a file that would end the transaction, and one whose quotes never close', async () => {
    await writeFiles({ 'policies.sql': `${POLICIES}\nCOMMIT;\n` });
    expect(await failure(applied())).toBe("'the sql/policies.sql:3': 'COMMIT' would end the one transaction");
    await writeFiles({ 'policies.sql': `${POLICIES}\nSELECT 'open;\n` });
    expect(await failure(applied())).toMatch(/nothing was applied|the ledger has no row/);
    expect(await objects()).toBe('0');
  });

  test('that was killed half-way leaves nothing, and the next attempt goes through', async () => {
    await writeFiles({ '2026-01-05_index.sql': `SELECT pg_sleep(3);\n${MIGRATION}` });
    const killed = new AbortController();
    const context = { ...step({ kind: 'schema.apply' }), signal: killed.signal };
    const work = failure(carryOut(schemaApply, context));
    const sleeps =
      "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(3)%' AND pid <> pg_backend_pid()";
    await waitUntil(async () => (await sql(staging, SUPERUSER, sleeps)) === '1', { what: 'the sleep', seconds: 30 });
    killed.abort(new Error('killed'));
    expect(await work).toBe('killed');
    await writeFiles({});
    expect((await applied()).already).toBe(false);
    await undone();
  });

  test('refuses a schema that holds what is not ours, and leaves it', async () => {
    await sql(staging, SUPERUSER, 'CREATE TABLE public.theirs (id int);');
    expect(await failure(applied())).toContain("staging's schema 'public' holds 1 objects that are not this run's");
    expect(await failure(undone())).toBe('no failure');
    expect(await objects()).toBe('1');
    await sql(staging, SUPERUSER, 'DROP TABLE public.theirs;');
  });

  test('is red when a table has a row', async () => {
    await writeFiles({ '2026-02-01_seed.sql': "INSERT INTO public.things (name) VALUES ('seed');" });
    expect(await failure(applied())).toContain('tables-empty (public.things)');
    await rm(join(folder, 'the sql', '2026-02-01_seed.sql'));
    await undone();
  });
});

describe('comparing the schemas', () => {
  const made = `SET ROLE app; ${SNAPSHOT} RESET ALL; ${MIGRATION} ${POLICIES}`;
  const emptied =
    'DROP TABLE IF EXISTS public.things, public.more CASCADE; DROP TYPE IF EXISTS public.mood; DROP FUNCTION IF EXISTS public.touched;';

  beforeEach(async () => void (await sql(staging, SUPERUSER, `${emptied} ${made}`)));

  test('is green when nothing differs', async () => {
    expect((await compared()).evidence.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      'schema-equal pass',
      'policies-equal pass',
      'rls-on pass',
    ]);
  });

  const changes: readonly (readonly [string, string, RegExp])[] = [
    ['a missing index', 'DROP INDEX public.things_name_idx', /schema-equal \(index public\.things_name_idx: production only\)/],
    ["a column's type", 'ALTER TABLE public.things ALTER COLUMN name TYPE varchar', /column public\.things\.name: differs/],
    ["a column's default", "ALTER TABLE public.things ALTER COLUMN name SET DEFAULT 'y'", /column public\.things\.name: differs/],
    ['a nullable column', 'ALTER TABLE public.things ALTER COLUMN name DROP NOT NULL', /column public\.things\.name: differs/],
    ['a missing grant', 'REVOKE SELECT ON public.things FROM anon', /grant relation public\.things: differs/],
    ['another owner', 'ALTER TABLE public.things OWNER TO boss', /table public\.things: differs/],
    ['a disabled trigger', 'ALTER TABLE public.things DISABLE TRIGGER touch', /trigger public\.things\.touch: differs/],
    [
      'one byte in a function',
      'CREATE OR REPLACE FUNCTION public.touched() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$',
      /function public\.touched\(\): differs/,
    ],
    ['a dropped policy', 'DROP POLICY readable ON public.things', /policies-equal \(policy public\.things\.readable: production only\)/],
    [
      'a changed policy',
      'ALTER POLICY readable ON public.things USING (false)',
      /policies-equal \(policy public\.things\.readable: differs\)/,
    ],
    ['row level security that is off', 'ALTER TABLE public.things DISABLE ROW LEVEL SECURITY', /rls-on \(public\.things: off/],
    ['a table too many', 'CREATE TABLE public.more (id int)', /table public\.more: staging only/],
    ['a label too many', "ALTER TYPE public.mood ADD VALUE 'angry'", /enum public\.mood: differs/],
  ];

  test.each(changes)('is red for %s', async (_, change, told) => {
    await sql(staging, SUPERUSER, change);
    expect(await failure(compared())).toMatch(told);
  });

  test('writes nothing into production', async () => {
    const next = 'SELECT pg_snapshot_xmax(pg_current_snapshot())';
    const before = await sql(production, SUPERUSER, next);
    await compared();
    expect(await sql(production, SUPERUSER, next)).toBe(before);
  });
});
