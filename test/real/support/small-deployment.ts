import type Docker from 'dockerode';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { RunPlan } from '../../../src/plan/run-plan.js';
import type { Target } from '../../../src/plan/target.js';
import { runCompose } from '../../../src/world/compose.js';
import { orNull } from '../../../src/world/docker.js';
import { planFromFile } from '../../../src/world/plan-from-file.js';
import { DATABASE_START, RUNS, STORE_START, waitUntilRunning } from './small-services.js';

const IMAGE = 'stoppoint-base:bookworm-1';

/**
 * Two small Compose projects. Their containers are created and never started, which is enough to be observed and
 * split; with `running` they are real: a web server, a Postgres on a volume, a gateway and a Postgres for the database.
 */
export class SmallDeployment {
  readonly id = randomBytes(4).toString('hex');
  readonly docker: Docker;
  readonly home: string;
  readonly ports: { readonly web: number; readonly gateway: number };

  readonly running: boolean;

  private constructor(docker: Docker, { home, running }: { readonly home: string; readonly running: boolean }) {
    this.running = running;
    this.docker = docker;
    this.home = home;
    const base = 20_000 + (Number.parseInt(this.id.slice(0, 4), 16) % 10_000);
    this.ports = { web: base, gateway: base + 20 };
  }

  static async make(docker: Docker, { inGit = true, running = false } = {}): Promise<SmallDeployment> {
    const made = new SmallDeployment(docker, { home: await mkdtemp(join(tmpdir(), 'sp-small-')), running });
    await made.#writeDatabase();
    await made.#writeApp();
    if (inGit) await made.#commit();
    await made.#writePlanFile();
    for (const [project, folder] of [
      [made.database, 'db'],
      [made.app, 'app'],
    ] as const) {
      const directory = join(made.home, folder);
      const command = running ? ['up', '--detach', '--pull', 'never'] : ['create', '--pull', 'never'];
      await runCompose({ project, directory, files: [join(directory, 'docker-compose.yml')] }, command);
    }
    if (running) await waitUntilRunning({ cluster: `${made.database}-postgres`, port: made.ports.web });
    return made;
  }

  get app(): string {
    return `spapp${this.id}`;
  }

  get database(): string {
    return `spdb${this.id}`;
  }

  async plan(): Promise<RunPlan<Target>> {
    return await planFromFile({ path: join(this.home, 'stoppoint.yaml'), docker: this.docker });
  }

  /** Removes what carries this deployment's names, each by its exact name. */
  async remove(): Promise<void> {
    const mine = (name: string) => name.includes(this.id);
    for (const { Id, Names } of await this.docker.listContainers({ all: true })) {
      if (Names.some(mine)) await orNull(this.docker.getContainer(Id).remove({ force: true }));
    }
    for (const { Name } of (await this.docker.listVolumes()).Volumes) if (mine(Name)) await orNull(this.docker.getVolume(Name).remove());
    for (const { Id, Name } of await this.docker.listNetworks()) if (mine(Name)) await orNull(this.docker.getNetwork(Id).remove());
    for (const { RepoTags } of await this.docker.listImages())
      for (const tag of RepoTags ?? []) if (mine(tag)) await orNull(this.docker.getImage(tag).remove({ noprune: true }));
    await rm(this.home, { recursive: true, force: true });
  }

  async write(path: string, text: string, mode = 0o644): Promise<void> {
    await mkdir(dirname(join(this.home, path)), { recursive: true });
    await writeFile(join(this.home, path), text, { mode });
  }

  async #writeDatabase(): Promise<void> {
    await this.write(
      'db/docker-compose.yml',
      `name: ${this.database}
services:
  db:
    container_name: ${this.database}-postgres
    image: ${IMAGE}${this.#runs('db')}
    environment:
      PGPORT: \${POSTGRES_PORT}
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD}
    volumes:
      - ./volumes/init:/init:ro
      - ./volumes/data:/data
      - keys:/keys
      - ./start:/start:ro
  kong:
    container_name: ${this.database}-kong
    image: ${IMAGE}${this.#runs('kong')}
    ports:
      - \${KONG_HTTP_PORT}:8000
    networks:
      default:
        aliases:
          - kong
volumes:
  keys:
`,
    );
    await this.write(
      'db/.env',
      `POSTGRES_PASSWORD=${'p'.repeat(30)}\nPOSTGRES_PORT=5432\nJWT_SECRET=${'j'.repeat(40)}\nANON_KEY=eyJhbGc.eyJyb2xl.anon\nSERVICE_ROLE_KEY=eyJhbGc.eyJyb2xl.service\nKONG_HTTP_PORT=${this.ports.gateway}\nAPI_EXTERNAL_URL=http://localhost:${this.ports.gateway}\n`,
      0o600,
    );
    await this.write('db/start/start.sh', DATABASE_START);
    await this.write('db/volumes/init/10.sql', 'select 1;\n');
    await this.write('db/volumes/data/PG_VERSION', '15\n');
  }

  async #writeApp(): Promise<void> {
    await this.write(
      'app/docker-compose.yml',
      `# the small deployment
services:
  web:
    image: ${IMAGE}   # stays${this.#runs('web')}
    env_file: ./web/.env
    environment:
      GREETING: "\${GREETING:-hello}"
    ports:
      - "${this.ports.web}:8000"
    volumes:
      - ./web:/app
      - ./web/secrets/key.json:/run/secrets/key.json:ro
    networks: [inside, database]
  store:
    image: ${IMAGE}${this.#runs('store')}
    volumes:
      - store_data:/data
      - ./store:/start:ro
    networks: [inside]
networks:
  inside:
    name: ${this.app}
  database:
    external: true
    name: ${this.database}_default
volumes:
  store_data:
`,
    );
    await this.write(
      'app/web/.env',
      `SUPABASE_URL=http://${this.database}-kong:8000\nSUPABASE_URL_HOST=http://localhost:${this.ports.gateway}\nSUPABASE_SERVICE_ROLE_KEY=eyJhbGc.eyJyb2xl.service\nGROUP_BOT_TOKEN=123456789:${'A'.repeat(35)}\nADMIN_API_KEY=${'k'.repeat(32)}\nENABLE_BROADCAST=true\nAGGREGATOR_CHANNEL_ID=-1001\nAUTH_REQUIRED=true\nWITH_DOLLAR='a$b'\n`,
      0o600,
    );
    await this.write('app/store/start.sh', STORE_START);
    await this.write('app/web/public/health', 'well\n');
    await this.write('app/web/main.py', 'print("web")\n');
    await this.write('app/web/secrets/key.json', '{"key": "production"}\n', 0o600);
    await this.write('app/web/state/session', 'a session\n');
    await this.write('app/.gitignore', '.env\nsecrets/\nstate/\n');
    await this.write('staging-key.json', '{"key": "staging"}\n', 0o600);
    await this.write('secrets.env', `STAGING_BOT=987654321:${'B'.repeat(35)}\nWEBHOOK=http://127.0.0.1:9/\n`, 0o600);
  }

  #runs(service: keyof typeof RUNS): string {
    return this.running ? RUNS[service] : '';
  }

  async #commit(): Promise<void> {
    const git = async (...args: string[]) =>
      await promisify(execFile)('git', ['-C', join(this.home, 'app'), '-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'small');
  }

  async #writePlanFile(): Promise<void> {
    await this.write(
      'stoppoint.yaml',
      `version: 1
deployment: small${this.id}
projects:
  app:
    directory: app
    running: ${this.app}
    state: [web/state]
    secret-files: [{ path: web/secrets/key.json, staging: staging-key.json }]
  database:
    directory: db
    running: ${this.database}
    kind: supabase-self-hosted
    state: [volumes/data]
environments:
  production: { project: ${this.app}-prod, folder: environments/production }
  staging:
    project: ${this.app}-staging
    folder: environments/staging
    database-project: ${this.database}-staging
    database-folder: environments/database
    values:
      set: { SUPABASE_URL_HOST: "http://localhost:{{gateway-port}}", ENABLE_BROADCAST: "false", AGGREGATOR_CHANNEL_ID: "-2002" }
      fresh: [ADMIN_API_KEY]
      from-secrets: { GROUP_BOT_TOKEN: STAGING_BOT }
      from-database: { SUPABASE_SERVICE_ROLE_KEY: SERVICE_ROLE_KEY }
secrets-file: secrets.env
schema: { snapshot: none.sql }
isolation:
  write: { service: web, port: 8000, path: /x, json: {} }
  look: { table: public.x, column: y }
checks:
  both: [{ id: health, service: web, port: 8000, get: /health, contains: well, smoke: true }]
monitor: { compare-with: 1s }
`,
    );
  }
}
