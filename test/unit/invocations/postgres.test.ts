import { expect, test } from '@jest/globals';
import {
  type ClusterReading,
  dumpArgs,
  initdbArgs,
  postgresClient,
  RESTORE_ARGS,
  schemaArgs,
  scratchSettings,
} from '../../../src/invocations/postgres.js';
import { digestTables } from '../../../src/invocations/postgres-digest.js';

const cluster = { bootstrap: 'boss', encoding: 'UTF8', collate: 'C.UTF-8', ctype: 'C.UTF-8', settings: {} } as unknown as ClusterReading;

test('a client connects as the superuser and never asks for a password', () => {
  const [, , , ...words] = postgresClient({ host: 'localhost', superuser: 'boss' }, '/bin/pg_dump', dumpArgs({ snapshot: '3-1' }));
  expect(words.join(' ')).toBe('sh /bin/pg_dump -h localhost -U boss -w --format=custom --create --snapshot=3-1 --lock-wait-timeout=30s');
});

test('neither dump nor restore leaves out owners or rights', () => {
  const all = [...dumpArgs({ snapshot: 's' }), ...schemaArgs({ snapshot: 's' }), ...RESTORE_ARGS].join(' ');
  expect(all).not.toMatch(/no-owner|no-acl|no-privileges|clean|-x\b|-O\b/);
});

test('a scratch cluster gets the locale of the original and none of its scheduled jobs', () => {
  expect(initdbArgs(cluster, '/d').join(' ')).toBe(
    '-D /d -U boss --encoding=UTF8 --lc-collate=C.UTF-8 --lc-ctype=C.UTF-8 --auth=trust --no-sync',
  );
  const settings = scratchSettings({ ...cluster, settings: { shared_preload_libraries: 'pg_cron', 'x.y': "it's" } }, '/s');
  expect(settings).toContain("shared_preload_libraries = 'pg_cron'\n");
  expect(settings).toContain("cron.launch_active_jobs = 'off'\n");
  expect(settings).toContain("x.y = 'it''s'\n");
  expect(settings).toContain("listen_addresses = ''\n");
});

test('a table is digested by hash where that says all, else by text, and only its own rows', () => {
  expect(digestTables([{ name: 'public.a', filter: '', how: 'hash' }])).toBe(
    `SELECT json_build_object('n', 0, 'rows', count(*), 'digest', coalesce(sum((hash_record_extended("stoppoint row", 0))::numeric), 0)::text) FROM ONLY public.a AS "stoppoint row" ;`,
  );
  expect(digestTables([{ name: 'cron.job', filter: 'WHERE id > 1', how: 'text' }])).toBe(
    `SELECT json_build_object('n', 0, 'rows', count(*), 'digest', coalesce(sum((('x' || substr(md5("stoppoint row"::text), 1, 16))::bit(64)::bigint)::numeric), 0)::text) FROM ONLY cron.job AS "stoppoint row" WHERE id > 1;`,
  );
});
