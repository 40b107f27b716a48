import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CLUSTER,
  BEGIN_SNAPSHOT,
  type ClusterReading,
  GLOBALS_ARGS,
  type PostgresDoor,
  dumpArgs,
  postgresClient,
  schemaArgs,
} from '../invocations/postgres.js';
import type { OperationOf } from '../plan/operation.js';
import { execInContainer, tagOf } from '../world/container-exec.js';
import { type PsqlSession, withPsql } from '../world/psql-session.js';
import { privateFile } from './backing.js';
import { type DatabaseReading, readContent, readPositions } from './backup-postgres-reading.js';
import type { StepContext } from './operator.js';

export interface TakenPostgres {
  readonly cluster: ClusterReading;
  /** What each database held when it was dumped. */
  readonly databases: readonly DatabaseReading[];
  /** The roles as they were after the dumps: with them the restored ones are compared, not with the file. */
  readonly globals: string;
}

/** Writes globals.sql, and for each database its dump and its schema as text; reads all digests under the dump's snapshot. */
export async function takePostgres(
  step: StepContext,
  { container, superuser }: OperationOf<'backup.postgres'>,
  folder: string,
): Promise<TakenPostgres> {
  const door: PostgresDoor = { container, superuser, host: 'localhost' };
  const options = { door, tag: tagOf(step), signal: step.signal };
  const cluster = await withPsql({ ...options, database: 'postgres' }, (session) => session.askOne<ClusterReading>(CLUSTER));
  const globals = async (file: string) => {
    await runInto(step, door, { command: globalsCommand(door, cluster), database: 'postgres', file });
  };
  const dump = async (args: readonly string[], database: string, file: string) => {
    await runInto(step, door, { command: postgresClient(door, `${cluster.programs}/pg_dump`, args), database, file: join(folder, file) });
  };

  await globals(join(folder, 'globals.sql'));
  const databases: DatabaseReading[] = [];
  for (const name of cluster.databases) {
    const underSnapshot = async (session: PsqlSession) => {
      const { snapshot } = await session.askOne<{ snapshot: string }>(BEGIN_SNAPSHOT);
      const content = await readContent(session);
      await dump(dumpArgs({ snapshot }), name, dumpFile(name));
      await dump(schemaArgs({ snapshot }), name, schemaFile(name));
      // Sequences know no snapshot: a restored one must lie between these two looks.
      return { name, ...content, after: await readPositions(session) };
    };
    databases.push(await withPsql({ ...options, database: name }, underSnapshot));
  }
  const after = step.folder.file('globals-after.sql');
  await globals(after);
  return { cluster, databases, globals: await readFile(after, 'utf8') };
}

export function globalsCommand(door: PostgresDoor, { programs }: ClusterReading): readonly string[] {
  return postgresClient(door, `${programs}/pg_dumpall`, GLOBALS_ARGS);
}

export function dumpFile(database: string): string {
  return `${encodeURIComponent(database)}.dump`;
}

export function schemaFile(database: string): string {
  return `${encodeURIComponent(database)}.schema.sql`;
}

interface Program {
  readonly command: readonly string[];
  readonly database: string;
  readonly file: string;
}

/** Streams what a client prints into a file of ours. */
export async function runInto(step: StepContext, door: PostgresDoor, { command, database, file }: Program): Promise<void> {
  const { container, user } = door;
  const env = { PGDATABASE: database };
  const program = { container, command, env, ...(user ? { user } : {}) };
  await execInContainer(program, { tag: tagOf(step), signal: step.signal, stdoutFile: await privateFile(file) });
}
