import { sqlTexts } from './psql.js';

/** One fact about a schema: equal on both sides, or different. `definition` may be a digest. */
export interface SchemaFact {
  readonly kind: string;
  readonly object: string;
  readonly definition: string;
}

/**
 * Everything in these schemas that an application depends on, one JSON object per line. Read only, without so much as
 * a temporary view: production's event triggers would fire. An empty search_path makes every name qualified, so that
 * both sides print the same. What belongs to an extension is the extension's.
 */
export function schemaInventory(schemas: readonly string[]): string {
  return `BEGIN READ ONLY;
SET LOCAL search_path = '';
WITH wanted AS (SELECT oid, nspname, nspowner, nspacl FROM pg_catalog.pg_namespace WHERE nspname = ANY (${sqlTexts(schemas)})),
relations AS (
  SELECT c.*, n.nspname, pg_catalog.format('%I.%I', n.nspname, c.relname) AS called
  FROM pg_catalog.pg_class c JOIN wanted n ON n.oid = c.relnamespace WHERE ${notOfExtension('pg_class', 'c.oid')}),
routines AS (
  SELECT p.*, pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS called
  FROM pg_catalog.pg_proc p JOIN wanted n ON n.oid = p.pronamespace WHERE ${notOfExtension('pg_proc', 'p.oid')})
SELECT pg_catalog.json_build_object('kind', kind, 'object', object, 'definition', definition) FROM (
${PARTS.join('\nUNION ALL\n')}
) AS facts (kind, object, definition) ORDER BY kind, object, definition;
COMMIT;
`;
}

function notOfExtension(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objid = ${oid} AND d.deptype = 'e')`;
}

const owner = (column: string) => `pg_catalog.pg_get_userbyid(${column})::text`;

/** Grants row by row: the text of an ACL depends on the order in which they were given. */
const grants = (kind: string, from: string, called: string, acl: string, letter: string, ownedBy: string) => `
SELECT 'grant', '${kind} ' || ${called}, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE ${owner('a.grantee')} END || ' ' || a.privilege_type || CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END
FROM ${from} t CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(${acl}, pg_catalog.acldefault('${letter}', ${ownedBy}))) a`;

const PARTS: readonly string[] = [
  `SELECT 'schema', nspname::text, 'owner ' || ${owner('nspowner')} FROM wanted`,
  `SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' ELSE 'composite type' END,
   called, 'owner ' || ${owner('relowner')} FROM relations WHERE relkind IN ('r','p','v','m','S','f','c')`,
  `SELECT 'row level security', called, CASE WHEN relrowsecurity THEN 'on' ELSE 'off' END || CASE WHEN relforcerowsecurity THEN ', forced' ELSE '' END FROM relations WHERE relkind IN ('r','p')`,
  `SELECT 'column', r.called || '.' || pg_catalog.quote_ident(a.attname), pg_catalog.format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
   || coalesce(' default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') || CASE a.attidentity WHEN '' THEN '' ELSE ' identity ' || a.attidentity::text END || CASE a.attgenerated WHEN '' THEN '' ELSE ' generated' END
   || CASE WHEN a.attcollation = t.typcollation THEN '' ELSE ' collation ' || a.attcollation::pg_catalog.regcollation::text END
   FROM relations r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
   JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE r.relkind IN ('r','p','v','m','f','c')`,
  `SELECT 'constraint', r.called || '.' || pg_catalog.quote_ident(c.conname), pg_catalog.pg_get_constraintdef(c.oid) || CASE WHEN c.convalidated THEN '' ELSE ' not validated' END
   FROM pg_catalog.pg_constraint c JOIN relations r ON r.oid = c.conrelid`,
  `SELECT 'index', i.indexrelid::pg_catalog.regclass::text, pg_catalog.pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END FROM pg_catalog.pg_index i JOIN relations r ON r.oid = i.indrelid`,
  `SELECT 'policy', r.called || '.' || pg_catalog.quote_ident(p.polname), p.polcmd::text || CASE WHEN p.polpermissive THEN ' permissive' ELSE ' restrictive' END
   || ' to ' || coalesce((SELECT pg_catalog.string_agg(CASE m WHEN 0 THEN 'PUBLIC' ELSE ${owner('m')} END, ',' ORDER BY ${owner('m')}) FROM pg_catalog.unnest(p.polroles) m), '')
   || coalesce(' using ' || pg_catalog.pg_get_expr(p.polqual, p.polrelid), '') || coalesce(' check ' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), '')
   FROM pg_catalog.pg_policy p JOIN relations r ON r.oid = p.polrelid`,
  `SELECT 'view definition', called, pg_catalog.md5(pg_catalog.pg_get_viewdef(oid)) FROM relations WHERE relkind IN ('v','m')`,
  `SELECT 'sequence definition', r.called, pg_catalog.concat_ws(' ', s.seqtypid::pg_catalog.regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle) FROM pg_catalog.pg_sequence s JOIN relations r ON r.oid = s.seqrelid`,
  `SELECT 'function', called, pg_catalog.concat_ws(' ', 'owner', ${owner('proowner')}, 'kind', prokind::text, 'digest',
   pg_catalog.md5(CASE prokind WHEN 'a' THEN pg_catalog.pg_get_function_result(oid) ELSE pg_catalog.pg_get_functiondef(oid) END)) FROM routines`,
  `SELECT 'trigger', r.called || '.' || pg_catalog.quote_ident(g.tgname), pg_catalog.pg_get_triggerdef(g.oid) || ' enabled ' || g.tgenabled::text FROM pg_catalog.pg_trigger g JOIN relations r ON r.oid = g.tgrelid WHERE NOT g.tgisinternal`,
  `SELECT 'enum', t.oid::pg_catalog.regtype::text, (SELECT pg_catalog.string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) FROM pg_catalog.pg_type t JOIN wanted n ON n.oid = t.typnamespace WHERE t.typtype = 'e'`,
  `SELECT 'domain', t.oid::pg_catalog.regtype::text, pg_catalog.format_type(t.typbasetype, t.typtypmod) || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END || coalesce(' default ' || t.typdefault, '')
   || coalesce(' ' || (SELECT pg_catalog.string_agg(pg_catalog.pg_get_constraintdef(c.oid), ' ' ORDER BY c.conname) FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid), '') FROM pg_catalog.pg_type t JOIN wanted n ON n.oid = t.typnamespace WHERE t.typtype = 'd'`,
  grants('schema', 'wanted', 't.nspname', 't.nspacl', 'n', 't.nspowner'),
  grants('relation', "(SELECT * FROM relations WHERE relkind IN ('r','p','v','m','f'))", 't.called', 't.relacl', 'r', 't.relowner'),
  grants('sequence', "(SELECT * FROM relations WHERE relkind = 'S')", 't.called', 't.relacl', 's', 't.relowner'),
  `SELECT 'grant', 'column ' || r.called || '.' || pg_catalog.quote_ident(t.attname), CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE ${owner('a.grantee')} END || ' ' || a.privilege_type
   FROM relations r JOIN pg_catalog.pg_attribute t ON t.attrelid = r.oid CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) a`,
  grants('function', 'routines', 't.called', 't.proacl', 'f', 't.proowner'),
];
