import { CODES } from '../../../dist/plan/codes.js';
import { cell, GENERATED } from './markdown.mjs';

/** docs/errors.md: every code that a person can meet. */
export function errorsReference() {
  const rows = Object.entries(CODES).map(([code, { what, next, exit }]) => `| \`${code}\` | ${cell(what)} | ${cell(next)} | ${exit} |`);
  return [
    '# Errors',
    '',
    GENERATED,
    '',
    'Every error has a code, one sentence that names the object, and the next action. With `--json` it is one document',
    '`{ "version": 1, "kind": "error", "code", "message", "next", "problems" }`. Decide by the code, never by the words.',
    '',
    '| code | what it means | what to do | exit code |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
