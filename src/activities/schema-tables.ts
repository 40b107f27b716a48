import { type Cluster, sqlTexts } from '../invocations/psql.js';
import { StoppointError } from '../plan/diagnostic.js';
import { runSql, sqlRows } from '../world/psql.js';
import { sqlOptions } from './both-databases.js';
import type { StepContext } from './operator.js';

export interface TableFound {
  /** `public.assignments`. */
  readonly name: string;
  readonly empty: boolean;
}

/** The tables of the compared schemas, and whether each has no row at all. Reads only. */
export async function tablesOf(step: StepContext, cluster: Cluster): Promise<readonly TableFound[]> {
  const list = `SELECT format('SELECT json_build_object(''name'', %L, ''empty'', NOT EXISTS (SELECT FROM %I.%I))', nspname || '.' || relname, nspname, relname)
  ${FROM_TABLES(step)} ORDER BY 1 \\gexec\n`;
  return await sqlRows<TableFound>(cluster, list, sqlOptions(step));
}

/** Who owns most of the tables: staging's are made by the same role, so that owners and default grants are equal. */
export async function ownerOfTables(step: StepContext, cluster: Cluster): Promise<string> {
  const sql = `SELECT pg_get_userbyid(relowner) ${FROM_TABLES(step)} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1;`;
  const owner = (await runSql(cluster, sql, sqlOptions(step))).trim();
  if (owner) return owner;
  const { compare } = step.target.planFile.content.schema;
  throw new StoppointError('STEP_FAILED', `production has no table in the schemas '${compare.join(', ')}'`, {
    next: "correct 'schema.compare' and 'projects.database.database' in the plan file",
  });
}

const FROM_TABLES = ({ target }: StepContext) =>
  `FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind IN ('r','p') AND nspname = ANY (${sqlTexts(target.planFile.content.schema.compare)})`;
