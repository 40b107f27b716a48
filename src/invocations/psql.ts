export interface Cluster {
  /** Id or name of the container that runs the cluster. */
  readonly container: string;
  readonly superuser: string;
  readonly database: string;
}

/**
 * The container's own client, which has the cluster's version and, in its environment, host and password.
 * `-f -` makes it name the line of standard input at which a statement failed.
 */
export function psqlCommand({ superuser, database }: Omit<Cluster, 'container'>): readonly string[] {
  return ['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-U', superuser, '-d', database, '-f', '-'];
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
