import type { Verdict } from '../plan/checks.js';
import type { ShownCheck } from '../plan/show.js';
import { cut, table } from './table.js';

const MARKS: { readonly [verdict in Verdict]: string } = {
  pass: '✔',
  fail: '✖',
  'cannot tell': '?',
  attested: '☐',
  replaced: '⇄',
  'not built': '–',
};

/** One line per check of a stop point: mark, id, what it says, verdict and what was seen. */
export function checkLines(checks: readonly ShownCheck[]): readonly string[] {
  return table(checks.map(({ id, says, verdict, limit, live }) => [MARKS[verdict], id, cut(says, 60), verdictWords(verdict, limit, live)]));
}

function verdictWords(verdict: Verdict, limit: string, live: string): string {
  if (verdict === 'attested') return 'a person answers';
  if (verdict === 'replaced') return `replaced (${limit}): ${cut(live, 70)}`;
  const seen = live || limit;
  return seen ? `${verdict}: ${cut(seen, 70)}` : verdict;
}
