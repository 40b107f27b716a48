import { PSQL_ARGS, postgresClient } from './postgres.js';

export interface Cluster {
  /** Id or name of the container that runs the cluster. */
  readonly container: string;
  readonly superuser: string;
  readonly database: string;
}

/** `-f -` makes psql name the line of standard input at which a statement failed. The database comes as PGDATABASE. */
export function psqlCommand({ superuser }: Pick<Cluster, 'superuser'>): readonly string[] {
  return postgresClient({ superuser, host: 'localhost' }, 'psql', [...PSQL_ARGS, '-f', '-']);
}

/** A text as an SQL literal, whatever `standard_conforming_strings` says. */
export function sqlText(text: string): string {
  const quoted = text.replaceAll("'", "''");
  return quoted.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** A name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A list of texts as an SQL array of text. */
export function sqlTexts(texts: readonly string[]): string {
  return `ARRAY[${texts.map(sqlText).join(',')}]::text[]`;
}
