import {
  COUNT_OBJECTS,
  digestTables,
  LIST_SEQUENCES,
  LIST_TABLES,
  readSequences,
  type TableToDigest,
} from '../invocations/postgres-digest.js';
import type { PsqlSession } from '../world/psql-session.js';

export interface TableReading extends TableToDigest {
  readonly rows: number;
  /** Order-free sum over all rows, as a decimal. */
  readonly digest: string;
}

export interface Position {
  readonly name: string;
  readonly increment: string;
  readonly last: string;
  readonly called: boolean;
}

export interface Counts {
  readonly policies: number;
  readonly grants: number;
  readonly functions: number;
  readonly triggers: number;
  readonly extensions: number;
}

export interface DatabaseContent {
  readonly tables: readonly TableReading[];
  readonly sequences: readonly Position[];
  readonly counts: Counts;
}

export interface DatabaseReading extends DatabaseContent {
  readonly name: string;
  /** The sequences once more, after the dump. */
  readonly after: readonly Position[];
}

/** What the database holds under the session's snapshot. Tables in `as` are digested the way they were there. */
export async function readContent(session: PsqlSession, as: readonly TableToDigest[] = []): Promise<DatabaseContent> {
  const known = new Map(as.map((table) => [table.name, table]));
  const listed = await session.ask<TableToDigest>(LIST_TABLES);
  const tables = listed.map((table) => known.get(table.name) ?? table);
  const digests = await session.ask<{ n: number; rows: number; digest: string }>(digestTables(tables));
  return {
    tables: digests.map(({ n, rows, digest }) => ({ ...(tables[n] as TableToDigest), rows, digest })),
    sequences: await readPositions(session),
    counts: await session.askOne<Counts>(COUNT_OBJECTS),
  };
}

export async function readPositions(session: PsqlSession): Promise<readonly Position[]> {
  const listed = await session.ask<{ name: string; increment: string }>(LIST_SEQUENCES);
  const values = await session.ask<{ n: number; last: string; called: boolean }>(readSequences(listed.map(({ name }) => name)));
  return values.map(({ n, last, called }) => ({ ...(listed[n] as { name: string; increment: string }), last, called }));
}
