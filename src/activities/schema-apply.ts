import { ALREADY_APPLIED, type SchemaTransaction, schemaTransaction } from '../invocations/schema-transaction.js';
import { countObjects, existingSchemas, readLedger, unapply } from '../invocations/schema-ledger.js';
import type { CheckResult } from '../plan/checks.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { OperationOf } from '../plan/operation.js';
import { endTagged, tagOf } from '../world/container-exec.js';
import { runSql, SqlError, sqlNumber, sqlRows } from '../world/psql.js';
import { clusterOf, sqlOptions } from './both-databases.js';
import { cannotTell, done, notDone, type Operator, partly, type StepContext } from './operator.js';
import { check } from './project-state.js';
import { schemaFiles } from './schema-files.js';
import { ownerOfTables, tablesOf } from './schema-tables.js';

interface Before {
  /** Of the schemas that the plan file compares: those that staging had. */
  readonly schemas: readonly string[];
}

interface LedgerRow {
  readonly file: string;
  readonly sha256: string;
}

/** Staging's schema from the app's own files. What these make outside the compared schemas goes with the database itself. */
export const schemaApply: Operator<OperationOf<'schema.apply'>, Before> = {
  async capture(step) {
    const cluster = await clusterOf(step, 'staging');
    const objects = await sqlNumber(cluster, countObjects(schemas(step)), sqlOptions(step));
    if (objects > 0) {
      const names = schemas(step).join(', ');
      throw new StoppointError('NAME_TAKEN', `staging's schema '${names}' holds ${objects} objects that are not this run's`, {
        next: "empty it, or begin with a new database by 'stoppoint rollback --to SP0'",
      });
    }
    return { schemas: await sqlRows<string>(cluster, existingSchemas(schemas(step)), sqlOptions(step)) };
  },

  async probe(step) {
    const [rows, files] = [await ledgerOf(step), await schemaFiles(step)];
    if (rows.length === 0) return notDone('the ledger has no row of this step');
    const other = files.find(({ name, sha256 }) => !rows.some((row) => row.file === name && row.sha256 === sha256));
    if (other) return cannotTell(`the ledger has other content of '${other.name}'`);
    return done(`the ledger has ${rows.length} files of this step`);
  },

  async act(step) {
    const staging = await clusterOf(step, 'staging');
    await endTagged(staging.container, tagOf(step));
    const role = await ownerOfTables(step, await clusterOf(step, 'production'));
    const transaction = schemaTransaction({ files: await schemaFiles(step), role, run: step.runId, step: step.stepId });
    await runSql(staging, transaction.sql, sqlOptions(step)).catch((error: unknown) => {
      // The client of an earlier attempt got there first; the probe will see its ledger.
      if (error instanceof SqlError && error.reason.includes(ALREADY_APPLIED)) return;
      throw error instanceof SqlError ? withPlace(error, transaction) : error;
    });
  },

  async evidence(step) {
    const files = (await ledgerOf(step)).length;
    return {
      facts: { files },
      checks: [...(await tableChecks(step)), check('ledger', 'each file with its digest', files === 0 ? ['no row'] : [], `${files} files`)],
    };
  },

  async undo(step, _, before) {
    const staging = await clusterOf(step, 'staging');
    await endTagged(staging.container, tagOf(step));
    const made = schemas(step).filter((name) => !before.schemas.includes(name));
    const sql = unapply({ owner: { run: step.runId, step: step.stepId }, schemas: schemas(step), made });
    await runSql(staging, sql, sqlOptions(step));
  },

  async probeUndone(step) {
    if ((await ledgerOf(step)).length > 0) return partly('the ledger still has rows of this step');
    const left = await sqlNumber(await clusterOf(step, 'staging'), countObjects(schemas(step)), sqlOptions(step));
    return left === 0 ? done('nothing is left') : partly(`${left} objects are left`);
  },
};

function schemas({ target }: StepContext): readonly string[] {
  return target.planFile.content.schema.compare;
}

async function ledgerOf(step: StepContext): Promise<readonly LedgerRow[]> {
  const sql = readLedger({ run: step.runId, step: step.stepId });
  return await sqlRows<LedgerRow>(await clusterOf(step, 'staging'), sql, sqlOptions(step));
}

/** `tables-exist`: production's tables are the measure. `tables-empty`: the plan's "count returns 0". */
async function tableChecks(step: StepContext): Promise<readonly CheckResult[]> {
  const wanted = await tablesOf(step, await clusterOf(step, 'production'));
  const found = await tablesOf(step, await clusterOf(step, 'staging'));
  const missing = wanted.filter(({ name }) => !found.some((table) => table.name === name)).map(({ name }) => name);
  const filled = found.filter(({ empty }) => !empty).map(({ name }) => name);
  return [
    check(
      'tables-exist',
      "every table of production's exists",
      wanted.length === 0 ? ['production has no table'] : missing,
      `${found.length} tables`,
    ),
    check('tables-empty', 'no table has a row', found.length === 0 ? ['there is no table'] : filled, `${found.length} tables, 0 rows`),
  ];
}

function withPlace(error: SqlError, transaction: SchemaTransaction): StoppointError {
  const place = error.line === null ? null : transaction.locate(error.line, error.pointsAt);
  const where = place ? `'${place.file}:${place.line}'` : 'the schema transaction';
  return new StoppointError('STEP_FAILED', `${where}: ${error.reason}; nothing was applied`, {
    next: 'mend the file, then retry',
    cause: error,
  });
}
