import { type Cluster, sqlTexts } from '../invocations/psql.js';
import { type SqlOptions, sqlRows } from './psql.js';

/** Rows per table (`schema.table`), counted, not estimated. */
export async function tableCounts(
  cluster: Cluster,
  schemas: readonly string[],
  options: SqlOptions,
): Promise<{ readonly [table: string]: number }> {
  const sql = `SELECT json_build_array(
      format('%s.%s', schemaname, tablename),
      (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I.%I', schemaname, tablename), false, true, '')))[1]::text::bigint
    ) FROM pg_tables WHERE schemaname = ANY (${sqlTexts(schemas)}) ORDER BY schemaname, tablename;`;
  return Object.fromEntries(await sqlRows<readonly [string, number]>(cluster, sql, options));
}
