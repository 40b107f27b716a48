import type Docker from 'dockerode';
import { randomBytes } from 'node:crypto';
import { execInContainer } from '../../../src/world/container-exec.js';
import { waitUntil } from '../../../src/world/wait-until.js';

export const BASE_IMAGE = 'stoppoint-base:bookworm-1';
const PROGRAMS = '/usr/lib/postgresql/15/bin';

/** What one test file makes in Docker, under one label, so that all of it can be removed by exact name. */
export class TestThings {
  readonly id = `test-${randomBytes(4).toString('hex')}`;
  readonly docker: Docker;

  constructor(docker: Docker) {
    this.docker = docker;
  }

  get labels() {
    return { 'org.stoppoint.test': this.id };
  }

  async container(name: string, options: Docker.ContainerCreateOptions): Promise<string> {
    const all = { Image: BASE_IMAGE, Labels: this.labels, User: '0:0', ...options, name: `${this.id}-${name}` };
    const container = await this.docker.createContainer(all);
    await container.start();
    return all.name;
  }

  async volume(name: string): Promise<string> {
    await this.docker.createVolume({ Name: `${this.id}-${name}`, Labels: this.labels });
    return `${this.id}-${name}`;
  }

  async network(name: string): Promise<string> {
    await this.docker.createNetwork({ Name: `${this.id}-${name}`, Labels: this.labels });
    return `${this.id}-${name}`;
  }

  async remove(): Promise<void> {
    const filters = { label: [`org.stoppoint.test=${this.id}`] };
    for (const { Id } of await this.docker.listContainers({ all: true, filters })) {
      await this.docker.getContainer(Id).remove({ force: true, v: true });
    }
    for (const { Name } of (await this.docker.listVolumes({ filters })).Volumes) await this.docker.getVolume(Name).remove();
    for (const { Id } of await this.docker.listNetworks({ filters })) await this.docker.getNetwork(Id).remove();
  }
}

/** A cluster whose superuser needs a password everywhere; the container knows it, as the official images do. */
export async function startTinyPostgres(things: TestThings, name: string, superuser: string): Promise<string> {
  const script = `set -eu
    echo "$POSTGRES_PASSWORD" >/tmp/password
    install -d -o postgres /data /run/postgresql
    setpriv --reuid=postgres --regid=postgres --clear-groups ${PROGRAMS}/initdb -D /data -U ${superuser} -E UTF8 --locale=C.UTF-8 \\
      --auth=scram-sha-256 --pwfile=/tmp/password --no-sync
    exec setpriv --reuid=postgres --regid=postgres --clear-groups ${PROGRAMS}/postgres -D /data -c fsync=off`;
  const container = await things.container(name, {
    Entrypoint: ['sh', '-c', script],
    Env: ['POSTGRES_PASSWORD=tiny-password'],
    StopSignal: 'SIGINT',
  });
  const ready = { container, command: [`${PROGRAMS}/pg_isready`, '-q', '-h', 'localhost'] };
  const isReady = async () => (await execInContainer(ready, { accept: [1, 2], timeoutMs: 20_000 }).catch(() => null))?.exitCode === 0;
  await waitUntil(isReady, { what: `postgres in '${container}'`, seconds: 60 });
  return container;
}

/** What the statements print, one line per row, fields divided by `|`. */
export async function sql(container: string, superuser: string, text: string, database = 'postgres'): Promise<string> {
  const command = [
    'sh',
    '-c',
    `PGPASSWORD="$POSTGRES_PASSWORD" exec ${PROGRAMS}/psql -h localhost -U ${superuser} -XqAt -v ON_ERROR_STOP=1`,
  ];
  const { stdout } = await execInContainer({ container, command, env: { PGDATABASE: database }, input: text });
  return stdout.trim();
}

export async function startTinyRedis(
  things: TestThings,
  name: string,
  options: { network: string; args?: readonly string[] },
): Promise<string> {
  const container = await things.container(name, {
    Entrypoint: ['redis-server', '--appendonly', 'yes', '--save', '', '--protected-mode', 'no', '--dir', '/tmp', ...(options.args ?? [])],
    HostConfig: { NetworkMode: options.network },
  });
  const answers = async () =>
    (await execInContainer({ container, command: ['redis-cli', 'ping'] }, { accept: [1], timeoutMs: 20_000 }).catch(() => null))
      ?.exitCode === 0;
  await waitUntil(answers, { what: `redis in '${container}'`, seconds: 30 });
  return container;
}
