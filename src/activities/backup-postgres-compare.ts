import type { DatabaseContent, DatabaseReading, Position } from './backup-postgres-reading.js';

/** Names of what the restored database has otherwise than the original had, each with its kind. */
export function differencesOf(original: DatabaseReading, restored: DatabaseContent): readonly string[] {
  return [...differentTables(original, restored), ...differentSequences(original, restored)].map((name) => `${original.name}: ${name}`);
}

function* differentTables(original: DatabaseReading, restored: DatabaseContent): Generator<string> {
  const there = new Map(restored.tables.map((table) => [table.name, table]));
  for (const { name, rows, digest } of original.tables) {
    const table = there.get(name);
    there.delete(name);
    if (!table) yield `table ${name} is missing`;
    else if (table.rows !== rows) yield `table ${name} has ${table.rows} of ${rows} rows`;
    else if (table.digest !== digest) yield `table ${name} has other content`;
  }
  for (const name of there.keys()) yield `table ${name} is new`;
}

/** Production goes on counting while it is dumped: each restored position lies between the looks before and after. */
function* differentSequences({ sequences, after }: DatabaseReading, restored: DatabaseContent): Generator<string> {
  const latest = new Map(after.map((position) => [position.name, position]));
  const there = new Map(restored.sequences.map((position) => [position.name, position]));
  for (const before of sequences) {
    const position = there.get(before.name);
    const last = latest.get(before.name);
    if (!position || !last) yield `sequence ${before.name} is missing`;
    else if (isAhead(before, position) || isAhead(position, last)) yield `sequence ${before.name} stands elsewhere`;
  }
}

/** Whether `a` has handed out more than `b`. */
function isAhead(a: Position, b: Position): boolean {
  const [x, y] = [BigInt(a.last), BigInt(b.last)];
  if (x === y) return a.called && !b.called;
  return BigInt(a.increment) > 0n ? x > y : x < y;
}

/** Entries of two `pg_dump --schema-only` texts that are not in both: "TABLE public.users", owner and rights included. */
export function differentEntries(original: string, restored: string): readonly string[] {
  const [left, right] = [entriesOf(original), entriesOf(restored)];
  const names = new Set([...left.keys(), ...right.keys()]);
  return [...names].filter((name) => left.get(name) !== right.get(name)).sort();
}

/** The text of each entry by its header. Texts that the program varies by itself (see isNoise) are left out. */
function entriesOf(text: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const part of text.split(/^-- (?=Name: )/m).slice(1)) {
    const [header = '', ...lines] = part.split('\n').filter((line) => !isNoise(line));
    const [, name, type, schema] = /^Name: (.*); Type: (.*); Schema: (.*); Owner: /.exec(header) ?? [];
    const key = name ? `${type} ${schema === '-' ? '' : `${schema}.`}${name}` : header;
    // Grants have no order; the lines of a function's body do.
    const body = type?.endsWith('ACL') ? lines.sort() : lines;
    entries.set(key, [entries.get(key) ?? '', [header, ...body].join('\n')].sort().join('\n'));
  }
  return entries;
}

/** Number of lines of `pg_dumpall --globals-only` that are not in both; not the lines, they hold password digests. */
export function differentGlobals(original: string, restored: string): number {
  const [left, right] = [statementsOf(original), statementsOf(restored)];
  return left.filter((line) => !right.includes(line)).length + right.filter((line) => !left.includes(line)).length;
}

function statementsOf(globals: string): readonly string[] {
  return globals.split('\n').filter((line) => !isNoise(line) && !line.startsWith('--'));
}

/** Empty lines, the program's frame, a random word of newer versions, and settings that stand before whichever table comes first. */
function isNoise(line: string): boolean {
  return (
    line === '' || line === '--' || /^(-- PostgreSQL database|\\(un)?restrict |SET default_(tablespace|table_access_method) = )/.test(line)
  );
}
