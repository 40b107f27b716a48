import type Docker from 'dockerode';
import { execInContainer } from '../../../src/world/container-exec.js';
import type { ProjectPlace } from '../../../src/world/project-containers.js';
import { waitUntil } from '../../../src/world/wait-until.js';
import { labelsOf } from './labelled.js';
import { BASE_IMAGE } from './tiny-servers.js';

/** What makes the small deployment's services real, as lines of their Compose entries. */
export const RUNS = {
  db: lines('user: "0:0"', 'entrypoint: [sh, /start/start.sh]', 'stop_signal: SIGINT'),
  kong: lines('init: true', 'entrypoint: [python3, -m, http.server, "8000", --directory, /tmp]'),
  web: lines(
    'init: true',
    'stop_grace_period: 2s',
    'restart: on-failure:5',
    'depends_on: [store]',
    'entrypoint: [python3, -m, http.server, "8000", --directory, /app/public]',
  ),
  store: lines('user: "0:0"', 'restart: always', 'stop_signal: SIGINT', 'entrypoint: [sh, /start/start.sh]'),
} as const;

export const DATABASE_START = clusterAt('/cluster');
/** On the volume: the data that production adopts. */
export const STORE_START = clusterAt('/data/pgdata');

export async function waitUntilRunning({ cluster, port }: { readonly cluster: string; readonly port: number }): Promise<void> {
  await waitForCluster(cluster);
  const answers = async () => (await fetch(`http://127.0.0.1:${port}/health`).catch(() => null))?.ok === true;
  await waitUntil(answers, { what: `the web server on port ${port}`, seconds: 30 });
}

export async function waitForCluster(container: string): Promise<void> {
  const ready = { container, command: ['pg_isready', '-q', '-U', 'supabase_admin'] };
  const isReady = async () => (await execInContainer(ready, { accept: [1, 2] })).exitCode === 0;
  await waitUntil(isReady, { what: `postgres in '${container}'`, seconds: 60 });
}

/** A cluster that looks as if Compose had started it for this service. */
export async function startCluster(docker: Docker, place: ProjectPlace, service: string) {
  const name = `${place.project}-${service}-1`;
  const container = await docker.createContainer({
    name,
    Image: BASE_IMAGE,
    User: '0:0',
    Entrypoint: ['sh', '-c', DATABASE_START],
    Labels: labelsOf(place, service),
  });
  await container.start();
  await waitForCluster(name);
}

export async function psql({ container, superuser }: { container: string; superuser: string }, text: string): Promise<void> {
  await execInContainer({ container, command: ['psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-U', superuser, 'postgres'], input: text });
}

function clusterAt(folder: string): string {
  return `set -eu
as_postgres='setpriv --reuid=postgres --regid=postgres --clear-groups'
install -d -m 0700 -o postgres ${folder} /run/postgresql
test -f ${folder}/PG_VERSION || $as_postgres initdb -D ${folder} -U supabase_admin -E UTF8 --locale=C.UTF-8 --auth=trust --no-sync >/dev/null
exec $as_postgres postgres -D ${folder} -c fsync=off -c listen_addresses=localhost
`;
}

function lines(...all: readonly string[]): string {
  return all.map((line) => `\n    ${line}`).join('');
}
