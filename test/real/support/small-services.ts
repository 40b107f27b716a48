import { execInContainer } from '../../../src/world/container-exec.js';
import { waitUntil } from '../../../src/world/wait-until.js';

/** What makes the small deployment's services real, as lines of their Compose entries. */
export const RUNS = {
  db: lines('user: "0:0"', 'entrypoint: [sh, /start/start.sh]', 'stop_signal: SIGINT'),
  kong: lines('init: true', 'entrypoint: [python3, -m, http.server, "8000", --directory, /tmp]'),
  web: lines(
    'init: true',
    'stop_grace_period: 2s',
    'restart: unless-stopped',
    'depends_on: [store]',
    'entrypoint: [python3, -m, http.server, "8000", --directory, /app/public]',
  ),
  store: lines('user: "0:0"', 'restart: always', 'stop_signal: SIGINT', 'entrypoint: [sh, /start/start.sh]'),
} as const;

export const DATABASE_START = clusterAt('/cluster');
/** On the volume: the data that production adopts. */
export const STORE_START = clusterAt('/data/pgdata');

export async function waitUntilRunning({ cluster, port }: { readonly cluster: string; readonly port: number }): Promise<void> {
  const ready = { container: cluster, command: ['pg_isready', '-q', '-U', 'supabase_admin'] };
  const isReady = async () => (await execInContainer(ready, { accept: [1, 2] })).exitCode === 0;
  await waitUntil(isReady, { what: `postgres in '${cluster}'`, seconds: 60 });
  const answers = async () => (await fetch(`http://127.0.0.1:${port}/health`).catch(() => null))?.ok === true;
  await waitUntil(answers, { what: `the web server on port ${port}`, seconds: 30 });
}

function clusterAt(folder: string): string {
  return `set -eu
as_postgres='setpriv --reuid=postgres --regid=postgres --clear-groups'
install -d -o postgres ${folder} /run/postgresql
test -f ${folder}/PG_VERSION || $as_postgres initdb -D ${folder} -U supabase_admin -E UTF8 --locale=C.UTF-8 --auth=trust --no-sync >/dev/null
exec $as_postgres postgres -D ${folder} -c fsync=off -c listen_addresses=
`;
}

function lines(...all: readonly string[]): string {
  return all.map((line) => `\n    ${line}`).join('');
}
