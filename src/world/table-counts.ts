import { runCommand } from './run-command.js';

/** Rows per table (`schema.table`), counted, not estimated. */
export async function tableCounts({
  container,
  superuser,
  database,
  schemas,
}: {
  container: string;
  superuser: string;
  database: string;
  schemas: readonly string[];
}): Promise<{ readonly [table: string]: number }> {
  const list = schemas.map((schema) => `'${schema.replaceAll("'", "''")}'`).join(',');
  const sql = `select format('%s.%s', schemaname, tablename) || ' ' ||
    (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I.%I', schemaname, tablename), false, true, '')))[1]::text
    from pg_tables where schemaname in (${list}) order by 1`;
  const { stdout } = await runCommand({ file: 'docker', args: ['exec', container, 'psql', '-U', superuser, '-d', database, '-Atqc', sql] });
  const rows = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '));
  return Object.fromEntries(rows.map(([table = '', count]) => [table, Number(count)]));
}
