import { sqlName, sqlText } from './psql.js';

export interface SqlFile {
  /** As people know it: relative to the app's folder. */
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

export interface SchemaTransaction {
  readonly sql: string;
  /** Which file's line a line of `sql` is; null for a line of ours. */
  locate(line: number, pointsAt: string | null): { readonly file: string; readonly line: number } | null;
}

/** What the text raises when an earlier attempt has committed after all. */
export const ALREADY_APPLIED = 'stoppoint: already applied';

/**
 * All files in one transaction, with their ledger in the same one. The text ends with COMMIT: a client whose input
 * breaks off leaves nothing behind. Each file runs as `role`, production's owner, and leaves no setting to the next.
 */
export function schemaTransaction({
  files,
  role,
  run,
  step,
}: {
  files: readonly SqlFile[];
  role: string;
  run: string;
  step: string;
}): SchemaTransaction {
  const mine = `run = ${sqlText(run)} AND step = ${sqlText(step)}`;
  const lines: string[] = [
    'BEGIN;',
    // A client that outlived its worker may still be at it.
    "SELECT pg_advisory_xact_lock(hashtext('stoppoint.ledger')) \\g /dev/null",
    ...CREATE_LEDGER,
    `DO $stoppoint$ BEGIN IF EXISTS (SELECT FROM stoppoint.ledger WHERE ${mine}) THEN RAISE '${ALREADY_APPLIED}'; END IF; END $stoppoint$;`,
  ];
  const starts: { readonly file: string; readonly from: number; readonly text: readonly string[] }[] = [];
  for (const { name, text, sha256 } of files) {
    lines.push(`SET ROLE ${sqlName(role)};`);
    const own = text.split(/\r?\n/);
    starts.push({ file: name, from: lines.length + 1, text: own });
    // The semicolon ends a last statement that lacks one.
    lines.push(...own, ';', 'RESET SESSION AUTHORIZATION; RESET ALL;');
    lines.push(`INSERT INTO stoppoint.ledger VALUES (${[name, sha256, run, step].map(sqlText).join(', ')}, now());`);
  }
  lines.push('COMMIT;', '');
  return { sql: lines.join('\n'), locate: (line, pointsAt) => locate(starts, line, pointsAt) };
}

const CREATE_LEDGER = [
  'CREATE SCHEMA IF NOT EXISTS stoppoint;',
  'CREATE TABLE IF NOT EXISTS stoppoint.ledger (file text, sha256 text NOT NULL, run text, step text, applied_at timestamptz NOT NULL, PRIMARY KEY (run, step, file));',
];

/** psql names the line at which a statement ends; the line that Postgres points at is above it. */
function locate(starts: readonly { file: string; from: number; text: readonly string[] }[], line: number, pointsAt: string | null) {
  const found = starts.findLast(({ from }) => from <= line);
  if (!found) return null;
  const end = Math.min(line - found.from + 1, found.text.length);
  const shown = pointsAt?.replace(/^\.\.\.|\.\.\.$/g, '').trim();
  if (!shown) return { file: found.file, line: end };
  const exact = found.text.slice(0, end).findLastIndex((text) => text.includes(shown));
  return { file: found.file, line: exact < 0 ? end : exact + 1 };
}

/** Why a file cannot be part of one transaction, with its line; null when it can. */
export function transactionProblem(text: string): { readonly line: number; readonly why: string } | null {
  const plain = blanked(text).split('\n');
  for (const [index, line] of plain.entries()) {
    const control =
      /(?:^|;)\s*(begin|commit|rollback|end|abort|start\s+transaction|prepare\s+transaction)\b(?:\s+(?:work|transaction))?\s*;/i.exec(line);
    if (control) return { line: index + 1, why: `'${control[1]?.toUpperCase()}' would end the one transaction` };
    const command =
      /^\s*\\(!|c|connect|i|ir|include|include_relative|o|out|q|quit|w|copy|g|gx|gexec)\b/.exec(line) ?? /^\s*\\(!)/.exec(line);
    if (command) return { line: index + 1, why: `psql's '\\${command[1]}' cannot be used here` };
  }
  return null;
}

/** The same text with comments, quoted texts and function bodies blanked, line breaks kept. */
function blanked(text: string): string {
  const pattern = /--[^\n]*|\/\*[\s\S]*?\*\/|(\$[A-Za-z_0-9]*\$)[\s\S]*?\1|'(?:[^']|'')*'|^copy\s[\s\S]*?^\\\.$/gim;
  return text.replaceAll('\r\n', '\n').replace(pattern, (found) => found.replace(/[^\n]/g, ' '));
}
