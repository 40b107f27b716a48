import type { CheckResult } from '../plan/checks.js';
import { digestFolder } from '../world/manifest.js';
import { backupChecks } from './backup-evidence.js';
import type { Counts, DatabaseReading } from './backup-postgres-reading.js';
import type { TakenPostgres } from './backup-postgres-take.js';
import type { Taken } from './backing.js';

interface Outcome {
  readonly folder: string;
  readonly taken: TakenPostgres;
  readonly refused: string | null;
  readonly differences: readonly string[];
}

const HOW_TO_RESTORE = [
  'into an empty cluster of the same version: run globals.sql with psql (the line that creates the first superuser fails, and may)',
  "then for each database: pg_restore --create --dbname=template1 FILE.dump (drop an empty database 'postgres' first)",
  'keys that lie in volumes or files (pgsodium_root.key) are not in here; they are in the backups of those',
];

export async function postgresEvidence({ folder, taken, refused, differences }: Outcome): Promise<Taken> {
  const { cluster, databases } = taken;
  const files = await digestFolder(folder);
  const rows = sum(databases, ({ tables }) => sum(tables, (table) => table.rows));
  const count = (name: keyof Counts) => sum(databases, ({ counts }) => counts[name]);
  const closed: CheckResult = {
    id: 'all-databases',
    limit: 'every database but the templates can be dumped',
    verdict: cluster.closed.length > 0 ? 'fail' : 'pass',
    live: cluster.closed.length > 0 ? `no connections allowed: ${cluster.closed.join(', ')}` : `${databases.length} databases`,
  };
  return {
    evidence: {
      facts: {
        bytes: sum(files, ({ bytes }) => bytes),
        databases: databases.length,
        tables: sum(databases, ({ tables }) => tables.length),
        rows,
        sequences: sum(databases, ({ sequences }) => sequences.length),
        roles: cluster.roles,
        policies: count('policies'),
        grants: count('grants'),
        functions: count('functions'),
        triggers: count('triggers'),
        serverVersion: cluster.version,
      },
      checks: [...backupChecks({ refused, differences, compared: refused ? 0 : rows, original: rows, unit: 'rows' }), closed],
      raw: files.slice(0, 40),
    },
    details: { databases: databases.map(digestsOf), differences, restore: HOW_TO_RESTORE },
  };
}

function digestsOf({ name, tables, sequences }: DatabaseReading) {
  return { name, tables, sequences };
}

function sum<T>(list: readonly T[], value: (item: T) => number): number {
  return list.reduce((total, item) => total + value(item), 0);
}
