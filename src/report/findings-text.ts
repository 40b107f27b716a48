import type { Finding, Severity } from '../audit/finding.js';
import { table } from './table.js';
import { counted } from './words.js';

/** The gravest first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

const MARKS: { readonly [severity in Severity]: string } = { error: '✖', warning: '!', note: '·' };

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);
}

export function findingsText(findings: readonly Finding[]): string {
  const counts = SEVERITIES.map((severity) => counted(findings.filter((finding) => finding.severity === severity).length, severity)).join(
    ', ',
  );
  const rows = findings.map(({ severity, code, object, message, next }) => [`${MARKS[severity]} ${code}`, object, `${message}; ${next}`]);
  return [counts, ...table(rows)].join('\n');
}
