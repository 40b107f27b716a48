/** How a cluster is reached: by the clients of its own container, as its superuser. */
export interface PostgresDoor {
  readonly container: string;
  readonly superuser: string;
  /** Host name or folder of the socket, as seen inside the container. */
  readonly host: string;
  /** Who runs the client inside the container; the container's own user by default. */
  readonly user?: string;
}

/**
 * A client program inside the cluster's container. The password is the container's own and never leaves it.
 * Debian keeps the programs of each version outside of PATH.
 */
export function postgresClient(
  door: Pick<PostgresDoor, 'host' | 'superuser'>,
  program: string,
  args: readonly string[],
): readonly string[] {
  return ['sh', '-c', WITH_PASSWORD, 'sh', program, '-h', door.host, '-U', door.superuser, '-w', ...args];
}

const WITH_PASSWORD = `
if [ -z "\${PGPASSWORD:-}" ]; then
  PGPASSWORD="\${POSTGRES_PASSWORD:-}"
  if [ -z "$PGPASSWORD" ] && [ -n "\${POSTGRES_PASSWORD_FILE:-}" ]; then PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE"); fi
  export PGPASSWORD
fi
for folder in /usr/lib/postgresql/*/bin; do PATH="$folder:$PATH"; done
unset PGSERVICE PGOPTIONS
exec "$@"`;

/** Rows come as one JSON text per line; any error ends psql with exit code 3. */
export const PSQL_ARGS = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'] as const;

/** Globals in an order of their own; the superuser that initdb makes is in every cluster already. */
export const GLOBALS_ARGS = ['--globals-only'] as const;

/** `snapshot` is the one under which the digests were taken. */
export function dumpArgs({ snapshot }: { snapshot: string }): readonly string[] {
  return ['--format=custom', '--create', `--snapshot=${snapshot}`, '--lock-wait-timeout=30s'];
}

export function schemaArgs({ snapshot }: { snapshot?: string } = {}): readonly string[] {
  return ['--schema-only', '--create', '--lock-wait-timeout=30s', ...(snapshot ? [`--snapshot=${snapshot}`] : [])];
}

/** Into a database that the archive itself creates, with its owner and settings. */
export const RESTORE_ARGS = ['--create', '--exit-on-error', '--dbname=template1'] as const;

/** Digests are taken from texts; all that changes a text is fixed. A lost client ends the session within seconds. */
export const FIXED_SETTINGS = `
SET statement_timeout = 0; SET lock_timeout = '30s'; SET idle_in_transaction_session_timeout = 0;
SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 3;
SET bytea_output = 'hex'; SET xmloption = 'content'; SET lc_monetary = 'C'; SET search_path = ''; SET row_security = off;
SET max_parallel_workers_per_gather = 0; SET jit = off;
SELECT json_build_object('set', set_config(name, '2s', false)) FROM pg_settings WHERE name = 'client_connection_check_interval';`;

export const BEGIN_SNAPSHOT = `
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SELECT json_build_object('snapshot', pg_export_snapshot());`;

/** One row: what a scratch cluster must be like to hold the same data. `bootstrap` is the superuser of initdb. */
export const CLUSTER = `
SELECT json_build_object(
  'version', current_setting('server_version_num')::int,
  'programs', (SELECT setting FROM pg_config WHERE name = 'BINDIR'),
  'folder', current_setting('data_directory'),
  'bootstrap', (SELECT rolname FROM pg_roles WHERE oid = 10),
  'createBootstrap', (SELECT 'CREATE ROLE ' || quote_ident(rolname) || ';' FROM pg_roles WHERE oid = 10),
  'encoding', (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'template0'),
  'collate', (SELECT datcollate FROM pg_database WHERE datname = 'template0'),
  'ctype', (SELECT datctype FROM pg_database WHERE datname = 'template0'),
  'roles', (SELECT count(*) FROM pg_roles WHERE rolname !~ '^pg_'),
  'databases', (SELECT json_agg(datname ORDER BY datname) FROM pg_database WHERE NOT datistemplate AND datallowconn),
  'closed', (SELECT coalesce(json_agg(datname ORDER BY datname), '[]') FROM pg_database WHERE NOT datistemplate AND NOT datallowconn),
  'tablespaces', (SELECT coalesce(json_agg(pg_tablespace_location(oid)), '[]') FROM pg_tablespace WHERE pg_tablespace_location(oid) <> ''),
  'settings', (SELECT coalesce(json_object_agg(name, setting), '{}') FROM pg_settings
    WHERE source IN ('configuration file', 'command line') AND (name = 'shared_preload_libraries' OR name LIKE '%.%')));`;

export interface ClusterReading {
  readonly version: number;
  readonly programs: string;
  readonly folder: string;
  readonly bootstrap: string;
  readonly createBootstrap: string;
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  readonly roles: number;
  readonly databases: readonly string[];
  /** Databases that allow no connections: they cannot be dumped. */
  readonly closed: readonly string[];
  readonly tablespaces: readonly string[];
  readonly settings: { readonly [name: string]: string };
}

export function initdbArgs({ bootstrap, encoding, collate, ctype }: ClusterReading, folder: string): readonly string[] {
  const locale = [`--encoding=${encoding}`, `--lc-collate=${collate}`, `--lc-ctype=${ctype}`];
  return ['-D', folder, '-U', bootstrap, ...locale, '--auth=trust', '--no-sync'];
}

/** For a cluster that lives for minutes: no durability, no vacuum, no scheduled jobs of the original. */
export function scratchSettings({ settings }: ClusterReading, socketFolder: string): string {
  const preloads = settings.shared_preload_libraries ?? '';
  const all = {
    ...settings,
    ...(preloads.includes('pg_cron') ? { 'cron.launch_active_jobs': 'off' } : {}),
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    fsync: 'off',
    full_page_writes: 'off',
    autovacuum: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
  };
  return Object.entries(all)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
}
