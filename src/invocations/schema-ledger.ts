import { sqlText, sqlTexts } from './psql.js';

export interface LedgerOwner {
  readonly run: string;
  readonly step: string;
}

const mine = ({ run, step }: LedgerOwner) => `run = ${sqlText(run)} AND step = ${sqlText(step)}`;

/** `{file, sha256}` per line; nothing when there is no ledger. */
export function readLedger(owner: LedgerOwner): string {
  return `
SELECT to_regclass('stoppoint.ledger') IS NOT NULL AS there \\gset
\\if :there
SELECT json_build_object('file', file, 'sha256', sha256) FROM stoppoint.ledger WHERE ${mine(owner)} ORDER BY file;
\\endif
`;
}

const NO_EXTENSION = (oid: string) => `NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = ${oid} AND d.deptype = 'e')`;

/** How many relations, routines and types these schemas hold that belong to no extension. */
export function countObjects(schemas: readonly string[]): string {
  const wanted = `(SELECT oid FROM pg_namespace WHERE nspname = ANY (${sqlTexts(schemas)}))`;
  return `SELECT (SELECT count(*) FROM pg_class WHERE relnamespace IN ${wanted} AND relkind IN ('r','p','v','m','f','S') AND ${NO_EXTENSION('pg_class.oid')})
  + (SELECT count(*) FROM pg_proc WHERE pronamespace IN ${wanted} AND ${NO_EXTENSION('pg_proc.oid')})
  + (SELECT count(*) FROM pg_type WHERE typnamespace IN ${wanted} AND typtype IN ('e','d','r') AND ${NO_EXTENSION('pg_type.oid')});`;
}

/** Which of these schemas exist, one JSON text per line. */
export function existingSchemas(schemas: readonly string[]): string {
  return `SELECT to_json(nspname) FROM pg_namespace WHERE nspname = ANY (${sqlTexts(schemas)});`;
}

/**
 * Takes back what the ledger says is this step's, in one transaction. Dropping the schemas themselves would lose their
 * owner, grants and default privileges, hence object by object; only a schema that was not there before goes whole.
 */
export function unapply({ owner, schemas, made }: { owner: LedgerOwner; schemas: readonly string[]; made: readonly string[] }): string {
  const wanted = `(SELECT oid FROM pg_namespace WHERE nspname = ANY (${sqlTexts(schemas)}))`;
  const each = (select: string) =>
    `LOOP SELECT * INTO one FROM (${select}) AS next LIMIT 1; EXIT WHEN NOT FOUND; EXECUTE one.command; END LOOP;`;
  return `BEGIN;
SELECT pg_advisory_xact_lock(hashtext('stoppoint.ledger')) \\g /dev/null
SET LOCAL client_min_messages = error;
DO $stoppoint$
DECLARE one record; gone text;
BEGIN
  IF to_regclass('stoppoint.ledger') IS NULL THEN RETURN; END IF;
  IF NOT EXISTS (SELECT FROM stoppoint.ledger WHERE ${mine(owner)}) THEN RETURN; END IF;
  FOREACH gone IN ARRAY ${sqlTexts(made)} LOOP EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', gone); END LOOP;
  ${each(`SELECT format('DROP %s %s CASCADE', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass) AS command
    FROM pg_class c WHERE relnamespace IN ${wanted} AND relkind IN ('r','p','v','m','f','S') AND ${NO_EXTENSION('c.oid')} ORDER BY relkind = 'S', c.oid`)}
  ${each(`SELECT format('DROP ROUTINE %s CASCADE', p.oid::regprocedure) AS command FROM pg_proc p WHERE pronamespace IN ${wanted} AND ${NO_EXTENSION('p.oid')}`)}
  ${each(`SELECT format('DROP TYPE %s CASCADE', t.oid::regtype) AS command FROM pg_type t WHERE typnamespace IN ${wanted}
    AND (typtype IN ('e','d','r') OR (typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))) AND ${NO_EXTENSION('t.oid')}`)}
  DELETE FROM stoppoint.ledger WHERE ${mine(owner)};
  IF NOT EXISTS (SELECT FROM stoppoint.ledger) THEN DROP SCHEMA stoppoint CASCADE; END IF;
END
$stoppoint$;
COMMIT;
`;
}
