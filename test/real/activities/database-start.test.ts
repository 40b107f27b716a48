import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseStart } from '../../../src/activities/database-start.js';
import { carryOut, takeBack } from '../../../src/activities/harness.js';
import { projectThings } from '../../../src/activities/project-things.js';
import type { Target } from '../../../src/plan/target.js';
import { connectDocker } from '../../../src/world/docker.js';
import { freePort, NOTHING_OBSERVED, startService, targetWith } from '../support/labelled.js';
import { stepContext } from '../support/step-context.js';
import { BASE_IMAGE, TestThings } from '../support/tiny-servers.js';

jest.setTimeout(180_000);

const docker = connectDocker();
const things = new TestThings(docker);
const project = `${things.id}-sdb`;
const operation = { kind: 'database.start' } as const;
let folder: string;
let staging: string;
let target: Partial<Target>;
let count = 0;
let runFolder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sp-dbstart-'));
  staging = join(folder, 'staging-db');
  await mkdir(staging);
  await mkdir(join(folder, 'db'));
  await writeFile(join(folder, 'db', '.env'), 'ANON_KEY=anon-prod\nSERVICE_ROLE_KEY=service-prod\n');
  await writeFile(join(staging, 'docker-compose.yml'), COMPOSE);
  target = targetWith({
    superuser: 'boss',
    database: { ...NOTHING_OBSERVED, name: 'prod-db', directory: join(folder, 'db') },
    stagingDatabase: { project, directory: staging },
  });
});

beforeEach(async () => {
  count += 1;
  runFolder = join(folder, `${things.id}-run${count}`);
  await writeEnv('anon-staging');
});

afterAll(async () => {
  await things.remove();
  const left = await projectThings(docker, project);
  for (const name of left.containers) await docker.getContainer(name).remove({ force: true });
  for (const name of left.volumes) await docker.getVolume(name).remove();
  for (const name of left.networks) await docker.getNetwork(name).remove();
  await rm(folder, { recursive: true });
});

const writeEnv = async (anon: string, keys = 'anon-staging,service-staging') =>
  await writeFile(join(staging, '.env'), `ANON_KEY=${anon}\nSERVICE_ROLE_KEY=service-staging\nKEYS=${keys}\nPORT=${await freePort()}\n`);
const step = () => stepContext({ operation, runFolder, docker, target });
const left = async () => Object.values(await projectThings(docker, project)).flat();

test("is up when its gateway takes its keys and refuses production's; twice is once; undone, nothing is left; then again", async () => {
  const { evidence } = await carryOut(databaseStart, step());
  expect(evidence.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(
    ['gateway-answers:anon', 'gateway-answers:service', 'gateway-refuses:production-key', 'postgres-answers', 'network-exists'].map(
      (id) => `${id} pass`,
    ),
  );
  expect((await carryOut(databaseStart, step())).already).toBe(true);
  expect(await left()).toHaveLength(4);
  await takeBack(databaseStart, step());
  expect(await left()).toEqual([]);
  await takeBack(databaseStart, step());
  await rm(join(runFolder, 'steps', 'database.start', '1', 'evidence.json'));
  expect((await carryOut(databaseStart, step())).already).toBe(false);
  await takeBack(databaseStart, step());
});

test('an attempt that died half-way is completed', async () => {
  const context = step();
  await carryOut(databaseStart, context);
  await rm(context.folder.file('evidence.json'));
  const name = `${project}-db-1`;
  await docker.getContainer(name).remove({ force: true });
  expect((await carryOut(databaseStart, context)).already).toBe(false);
  await takeBack(databaseStart, context);
});

test('names a container that ends instead of running, without waiting for the deadline', async () => {
  await writeFile(join(staging, 'docker-compose.yml'), COMPOSE.replace('set -eu', 'exit 7'));
  try {
    await expect(carryOut(databaseStart, step())).rejects.toThrow(`'${project}-db-1' ended with 7`);
  } finally {
    await writeFile(join(staging, 'docker-compose.yml'), COMPOSE);
    await takeBack(databaseStart, step());
  }
});

test("is not done while it takes production's key", async () => {
  const context = step();
  await carryOut(databaseStart, context);
  await writeFile(join(folder, 'db', '.env'), 'ANON_KEY=anon-staging\nSERVICE_ROLE_KEY=service-prod\n');
  try {
    expect(await databaseStart.probe(context, operation, { containers: [], volumes: [], networks: [] })).toEqual({
      verdict: 'partly',
      why: 'gateway-refuses:production-key',
    });
  } finally {
    await writeFile(join(folder, 'db', '.env'), 'ANON_KEY=anon-prod\nSERVICE_ROLE_KEY=service-prod\n');
    await takeBack(databaseStart, context);
  }
});

test('refuses a project name that somebody else has, and its undo leaves it alone', async () => {
  const name = await startService(things, { project, directory: '/theirs' }, 'db', { Entrypoint: ['sleep', '300'] });
  await expect(carryOut(databaseStart, step())).rejects.toThrow(`the project '${project}' is there already: '${name}'`);
  expect((await takeBack(databaseStart, step())).how).toBe('not needed');
  expect(await left()).toEqual([name]);
  await docker.getContainer(name).remove({ force: true });
});

const COMPOSE = `
services:
  db:
    image: ${BASE_IMAGE}
    entrypoint:
      - sh
      - -c
      - |
        set -eu
        PATH=$$PATH:/usr/lib/postgresql/15/bin
        install -d -o postgres -m 0700 /data/cluster /run/postgresql
        as() { setpriv --reuid=postgres --regid=postgres --clear-groups "$$@"; }
        [ -s /data/cluster/PG_VERSION ] || as initdb -D /data/cluster -U boss --auth=trust --no-sync
        exec setpriv --reuid=postgres --regid=postgres --clear-groups /usr/lib/postgresql/15/bin/postgres -D /data/cluster -c fsync=off
    volumes: [data:/data]
    stop_signal: SIGINT
    healthcheck: { test: [CMD, pg_isready, -q, -h, localhost], interval: 1s, timeout: 5s, retries: 60 }
  kong:
    image: ${BASE_IMAGE}
    environment: { KEYS: "\${KEYS}" }
    ports: ["127.0.0.1:\${PORT}:8000"]
    entrypoint:
      - python3
      - -u
      - -c
      - |
        import http.server, os
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.headers.get("apikey") in os.environ["KEYS"].split(",") else 401)
                self.send_header("Content-Length", "0")
                self.end_headers()
            def log_message(self, *_): pass
        http.server.ThreadingHTTPServer(("0.0.0.0", 8000), Page).serve_forever()
volumes:
  data:
`;
