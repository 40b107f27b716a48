/** A table whose rows a dump carries. `filter` is the condition under which an extension lets its rows be dumped. */
export interface TableToDigest {
  readonly name: string;
  readonly filter: string;
  /** `hash` is four times faster than `text`, and right only for types that hash by value. */
  readonly how: 'hash' | 'text';
}

/**
 * An enum's hash is that of its oid, which a restore changes; numeric, jsonb and interval hash equal for different
 * texts. So only types whose hash says all about the value are hashed, the rest goes by its text.
 */
const HASHED_TYPES = ['bool', 'int2', 'int4', 'int8', 'text', 'varchar', 'uuid', 'date', 'timestamp', 'timestamptz', 'bytea'] as const;

/** What an extension made itself is not in a dump, unless the extension names the table as configuration. */
const OF_EXTENSION = `LEFT JOIN LATERAL (
    SELECT coalesce(c.oid = ANY (e.extconfig), false) AS dumped, e.extcondition[array_position(e.extconfig, c.oid)] AS filter
    FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
  ) extension ON true`;
const NOT_SYSTEM = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
  AND c.relpersistence <> 't' AND extension.dumped IS NOT FALSE`;

/** Large objects count as one more table. */
export const LIST_TABLES = `
SELECT json_build_object('name', format('%I.%I', n.nspname, c.relname), 'filter', coalesce(extension.filter, ''),
  'how', CASE WHEN current_setting('server_version_num')::int < 140000 OR EXISTS (
    SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation k ON k.oid = a.attcollation
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND (t.typnamespace <> 'pg_catalog'::regnamespace
      OR ltrim(t.typname, '_') <> ALL ('{${HASHED_TYPES.join(',')}}') OR NOT coalesce(k.collisdeterministic, true))
  ) THEN 'text' ELSE 'hash' END)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace ${OF_EXTENSION}
WHERE c.relkind = 'r' AND ${NOT_SYSTEM} ORDER BY n.nspname, c.relname;
SELECT json_build_object('name', 'pg_catalog.pg_largeobject', 'filter', '', 'how', 'text')
WHERE EXISTS (SELECT FROM pg_catalog.pg_largeobject);`;

/** Count and order-free 64-bit digest of each table; \`n\` is its place in the list. */
export function digestTables(tables: readonly TableToDigest[]): string {
  return tables.map((table, n) => digestTable(table, n)).join('\n');
}

function digestTable({ name, filter, how }: TableToDigest, n: number): string {
  // A column's name would win over a plain alias.
  const row = '"stoppoint row"';
  const value = how === 'hash' ? `hash_record_extended(${row}, 0)` : `('x' || substr(md5(${row}::text), 1, 16))::bit(64)::bigint`;
  const digest = `coalesce(sum((${value})::numeric), 0)::text`;
  return `SELECT json_build_object('n', ${n}, 'rows', count(*), 'digest', ${digest}) FROM ONLY ${name} AS ${row} ${filter};`;
}

export const LIST_SEQUENCES = `
SELECT json_build_object('name', format('%I.%I', n.nspname, c.relname), 'increment', s.seqincrement::text)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid ${OF_EXTENSION}
WHERE ${NOT_SYSTEM} ORDER BY n.nspname, c.relname;`;

export function readSequences(names: readonly string[]): string {
  const one = (name: string, n: number) =>
    `SELECT json_build_object('n', ${n}, 'last', last_value::text, 'called', is_called) FROM ${name};`;
  return names.map(one).join('\n');
}

/** One row of figures for people; the schema's text is what is compared. */
export const COUNT_OBJECTS = `
SELECT json_build_object(
  'policies', (SELECT count(*) FROM pg_policy),
  'grants', (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl)
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')),
  'functions', (SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')),
  'triggers', (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal),
  'extensions', (SELECT count(*) FROM pg_extension));`;
