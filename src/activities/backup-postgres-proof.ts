import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClusterReading, type PostgresDoor, PSQL_ARGS, RESTORE_ARGS, postgresClient, schemaArgs } from '../invocations/postgres.js';
import type { OperationOf } from '../plan/operation.js';
import { execInContainer, tagOf } from '../world/container-exec.js';
import { withPsql } from '../world/psql-session.js';
import { CommandError } from '../world/run-command.js';
import { startScratchPostgres } from '../world/scratch-postgres.js';
import { writeDurably } from '../world/write-durably.js';
import { differencesOf, differentEntries, differentGlobals } from './backup-postgres-compare.js';
import { postgresEvidence } from './backup-postgres-evidence.js';
import { readContent } from './backup-postgres-reading.js';
import { type TakenPostgres, dumpFile, globalsCommand, runInto, schemaFile } from './backup-postgres-take.js';
import type { Taken } from './backing.js';
import type { StepContext } from './operator.js';

/** Restores the files of the folder into a scratch cluster, and compares that with what was read from the original. */
export async function provePostgres(
  step: StepContext,
  { container }: OperationOf<'backup.postgres'>,
  folder: string,
  taken: TakenPostgres,
): Promise<Taken> {
  const { cluster, databases } = taken;
  const scratch = await startScratchPostgres(step, { source: container, like: cluster });
  const refused = await refusalOf(step, () => restore(step, { scratch, folder, taken }));
  const differences: string[] = [];
  if (!refused) {
    const lines = await compareGlobals(step, scratch, taken);
    if (lines > 0) differences.push(`roles: ${lines} lines of their definition`);
    for (const database of databases) {
      const session = { door: scratch, database: database.name, tag: tagOf(step), signal: step.signal };
      const restored = await withPsql(session, (psql) => readContent(psql, database.tables));
      differences.push(...differencesOf(database, restored));
      for (const entry of await compareSchema(step, { scratch, folder, cluster, database: database.name })) {
        differences.push(`${database.name}: ${entry} is defined otherwise`);
      }
    }
  }
  return await postgresEvidence({ folder, taken, refused, differences });
}

interface Restored {
  readonly scratch: PostgresDoor;
  readonly folder: string;
  readonly cluster: ClusterReading;
}

async function restore(
  step: StepContext,
  { scratch, folder, taken }: { scratch: PostgresDoor; folder: string; taken: TakenPostgres },
): Promise<void> {
  const { cluster, databases } = taken;
  const { container, user = '' } = scratch;
  const options = { signal: step.signal };
  const client = (program: string, args: readonly string[]) => ({
    container,
    user,
    env: { PGDATABASE: 'template1' },
    command: postgresClient(scratch, `${cluster.programs}/${program}`, args),
  });
  const globals = await readFile(join(folder, 'globals.sql'), 'utf8');
  // initdb made this one; every other line must succeed.
  const input = `DROP DATABASE postgres;\n${globals.replace(`${cluster.createBootstrap}\n`, '')}`;
  await execInContainer({ ...client('psql', PSQL_ARGS), input }, options);
  for (const { name } of databases) {
    await execInContainer({ ...client('pg_restore', RESTORE_ARGS), inputFile: join(folder, dumpFile(name)) }, options);
  }
}

async function compareGlobals(step: StepContext, scratch: PostgresDoor, { cluster, globals }: TakenPostgres): Promise<number> {
  const file = step.folder.file('restored-globals.sql');
  await runInto(step, scratch, { command: globalsCommand(scratch, cluster), database: 'template1', file });
  return differentGlobals(globals, await readFile(file, 'utf8'));
}

async function compareSchema(
  step: StepContext,
  { scratch, folder, cluster, database }: Restored & { database: string },
): Promise<readonly string[]> {
  const command = postgresClient(scratch, `${cluster.programs}/pg_dump`, schemaArgs());
  const file = step.folder.file(`restored-${schemaFile(database)}`);
  await runInto(step, scratch, { command, database, file });
  return differentEntries(await readFile(join(folder, schemaFile(database)), 'utf8'), await readFile(file, 'utf8'));
}

/** Why the server refused the backup, or null. What it said goes into the run's folder only. */
async function refusalOf(step: StepContext, work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    await writeDurably(step.folder.file('restore-refused.txt'), error.stderr);
    return `${error.message}; see restore-refused.txt in the step's folder`;
  }
}
