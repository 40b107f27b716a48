import { beforeAll } from '@jest/globals';
import type Docker from 'dockerode';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepContext } from '../../../src/activities/operator.js';
import type { Evidence } from '../../../src/plan/evidence.js';
import type { Operation } from '../../../src/plan/operation.js';
import type { PlanFileInput } from '../../../src/plan/schema.js';
import type { Target } from '../../../src/plan/target.js';
import type { ProjectPlace } from '../../../src/world/project-containers.js';
import { waitUntil } from '../../../src/world/wait-until.js';
import { asService, freePort, observed, portOf, startService, targetWith } from './labelled.js';
import { stepContext } from './step-context.js';
import { type TestRuns, testRuns } from './test-runs.js';
import { sql, startTinyPostgres, type TestThings } from './tiny-servers.js';

export const SUPERUSER = 'boss';

export interface Side {
  readonly app: ProjectPlace;
  readonly database: ProjectPlace;
  readonly network: string;
  readonly postgres: string;
  readonly port: number;
  readonly apiKey: string;
}

interface Environments {
  readonly production: Side;
  readonly staging: Side;
  readonly target: (planFile?: Partial<PlanFileInput>) => Promise<Partial<Target>>;
}

export interface TwoEnvironments extends Environments {
  readonly docker: Docker;
  /** In a run of the test's own. */
  readonly step: (operation: Operation, planFile?: Partial<PlanFileInput>) => Promise<StepContext>;
}

/** The environments below, started once for a test file. Call it at the top: it registers hooks. */
export function twoEnvironments(): TwoEnvironments {
  const runs = testRuns('two');
  let both: Environments;
  beforeAll(async () => {
    both = await start(runs);
  });
  return {
    docker: runs.docker,
    get production() {
      return both.production;
    },
    get staging() {
      return both.staging;
    },
    target: (planFile) => both.target(planFile),
    step: async (operation, planFile) =>
      stepContext({ operation, runFolder: runs.runFolder, docker: runs.docker, target: await both.target(planFile) }),
  };
}

/** Old production and staging side by side, each with a database, its gateway, a Redis and a backend that checks a key. */
async function start({ docker, things, folder }: TestRuns): Promise<Environments> {
  const [production, staging] = await Promise.all([startSide(things, folder, 'prod'), startSide(things, folder, 'staging')]);
  await writeFile(join(production.app.directory, 'backend.env'), `API_KEY=${production.apiKey}\nBOT=bot-prod\n`);
  await writeFile(join(staging.app.directory, 'backend.env.staging'), `API_KEY=${staging.apiKey}\nBOT=bot-staging\n`);
  await sql(production.postgres, SUPERUSER, "INSERT INTO things (name) VALUES ('of production')");
  await Promise.all([answers(production.port), answers(staging.port)]);
  const target = async (planFile: Partial<PlanFileInput> = {}) => {
    const app = await observed(docker, production.app, [portOf('backend', 8000, production.port)]);
    return targetWith({
      superuser: SUPERUSER,
      app: { ...app, envFiles: [{ path: join(production.app.directory, 'backend.env'), sha256: '', keys: [], services: [] }] },
      database: await observed(docker, production.database),
      staging: { ...staging.app, ports: [portOf('backend', 8000, staging.port)] },
      stagingDatabase: staging.database,
      planFile: { ...PLAN, ...planFile },
    });
  };
  return { production, staging, target };
}

/** Waits until the backend behind the port answers. */
export const answers = (port: number) =>
  waitUntil(async () => (await fetch(`http://127.0.0.1:${port}/health`).catch(() => null))?.ok === true, {
    what: 'the backend',
    seconds: 30,
  });

/** Check ids with a verdict other than pass. */
export async function red(work: Promise<{ readonly evidence: Evidence }>): Promise<readonly string[]> {
  const evidence = await work.then(
    (result) => result.evidence,
    (error: { evidence?: Evidence }) => error.evidence ?? Promise.reject(error as unknown as Error),
  );
  return evidence.checks.filter(({ verdict }) => verdict !== 'pass').map(({ id }) => id);
}

const request = {
  service: 'backend',
  port: 8000,
  path: '/things',
  headers: { 'X-Api-Key': { key: 'API_KEY', file: 'backend.env' } },
  json: { name: '{{marker}}' },
};

const PLAN: Partial<PlanFileInput> = {
  projects: {
    app: { directory: 'app', running: 'old', redis: 'redis' },
    database: { directory: 'db', running: 'db', kind: 'supabase-self-hosted', superuser: SUPERUSER },
  },
  isolation: {
    write: request,
    look: { table: 'public.things', column: 'name' },
    redis: { write: { ...request, path: '/keys' }, 'key-suffix': 'thing:{{marker}}' },
  },
  checks: { both: [{ id: 'health', service: 'backend', port: 8000, get: '/health', json: { ok: true } }] },
  monitor: { for: '2s', 'compare-with': '1s', every: '500ms', 'growing-table': 'public.things' },
};

async function startSide(things: TestThings, folder: string, name: string): Promise<Side> {
  const network = await things.network(name);
  const app = { project: `${things.id}-${name}`, directory: join(folder, name) };
  const database = { project: `${things.id}-${name}-db`, directory: join(folder, `${name}-db`) };
  await Promise.all([mkdir(app.directory), mkdir(database.directory)]);
  const apiKey = `key-of-${name}`;
  await writeFile(join(database.directory, '.env'), `ANON_KEY=anon-${name}\nSERVICE_ROLE_KEY=service-${name}\n`);
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const on = { NetworkMode: network };
  await startService(things, app, 'redis', { Entrypoint: ['redis-server', '--save', '', '--protected-mode', 'no'], HostConfig: on });
  await startService(things, database, 'kong', {
    Entrypoint: ['python3', '-u', '-c', GATEWAY],
    Env: [`KEYS=anon-${name},service-${name}`],
    HostConfig: on,
    publish: { 8000: gatewayPort },
  });
  // The tiny cluster listens on its own localhost only: the backend comes through its socket.
  const socket = await things.volume(`${name}-socket`);
  const mounts = [{ Type: 'volume' as const, Source: socket, Target: '/run/postgresql' }];
  const cluster = asService(things, database, 'db', { HostConfig: { ...on, Mounts: mounts } });
  const postgres = await startTinyPostgres(cluster, `${name}-postgres`, SUPERUSER);
  await sql(postgres, SUPERUSER, 'CREATE TABLE things (id bigserial, name text)');
  await startService(things, app, 'backend', {
    Entrypoint: ['python3', '-u', '-c', BACKEND],
    Env: [
      `API_KEY=${apiKey}`,
      `REDIS=${things.id}-${app.project}-redis`,
      `PGUSER=${SUPERUSER}`,
      'PGPASSWORD=tiny-password',
      'APP_ENV=staging',
    ],
    HostConfig: { ...on, Mounts: mounts },
    publish: { 8000: port },
  });
  return { app, database, network, postgres, port, apiKey };
}

const SERVER = `
import http.server, json, os, signal, subprocess, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class Page(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status); self.send_header("Content-Length", str(len(data))); self.end_headers(); self.wfile.write(data)
    def log_message(self, *_): pass
`;

const GATEWAY = `${SERVER}
def get(self): self.answer(200 if self.headers.get("apikey") in os.environ["KEYS"].split(",") else 401, {})
Page.do_GET = get
http.server.ThreadingHTTPServer(("0.0.0.0", 8000), Page).serve_forever()`;

/** Writes rows and keys through the clients of the image. */
const BACKEND = `${SERVER}
def get(self): self.answer(200, {"ok": True})
def post(self):
    name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["name"]
    if self.headers.get("X-Api-Key") != os.environ["API_KEY"] and not os.path.exists("/tmp/open"): return self.answer(401, {})
    if self.path == "/keys": subprocess.run(["redis-cli", "-h", os.environ["REDIS"], "-n", "2", "SET", "p:thing:" + name, "1"], check=True)
    else: subprocess.run(["psql", "-h", "/run/postgresql", "-d", "postgres", "-c", "INSERT INTO things (name) VALUES ('" + name + "')"], check=True)
    self.answer(201, {})
Page.do_GET = get; Page.do_POST = post
http.server.ThreadingHTTPServer(("0.0.0.0", 8000), Page).serve_forever()`;
