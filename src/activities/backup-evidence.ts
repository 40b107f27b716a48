import type { CheckResult } from '../plan/checks.js';

/** What a proof of any kind of backup found out. */
export interface ProofOutcome {
  /** Why the copy could not be restored, or null. */
  readonly refused: string | null;
  /** Names of what differs; never content. */
  readonly differences: readonly string[];
  /** How many things (rows, keys, files) were compared. */
  readonly compared: number;
  /** How many of them the original had, counted there. */
  readonly original: number;
  readonly unit: string;
}

const SHOWN = 5;
const LONGEST_NAME = 200;

/** The three checks that every backup answers. Nothing compared with nothing is no proof, unless there is nothing. */
export function backupChecks({ refused, differences, compared, original, unit }: ProofOutcome): readonly CheckResult[] {
  const empty = original === 0;
  const different = refused
    ? 'nothing was restored'
    : differences
        .slice(0, SHOWN)
        .map((name) => name.slice(0, LONGEST_NAME))
        .join('; ') + more(differences.length);
  return [
    {
      id: 'restored',
      limit: 'a scratch server or volume takes all of it',
      verdict: refused ? 'fail' : 'pass',
      ...(refused ? { live: refused } : {}),
    },
    {
      id: 'content-equal',
      limit: 'what was restored equals the original',
      verdict: refused || differences.length > 0 ? 'fail' : 'pass',
      live: different || (empty ? 'empty: there was nothing to compare' : `${compared} ${unit} compared`),
    },
    {
      id: 'not-empty',
      limit: 'something was compared, or the original itself is empty',
      verdict: compared > 0 || (empty && !refused) ? 'pass' : 'fail',
      live: empty ? `empty: the original itself has no ${unit}` : `${compared} ${unit}`,
    },
  ];
}

function more(count: number): string {
  return count > SHOWN ? `; and ${count - SHOWN} more` : '';
}
