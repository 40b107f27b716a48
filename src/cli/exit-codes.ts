import type { RunState } from '../plan/run-state.js';

/** All that this program ever exits with. `--help` and docs/cli.md print these words. */
export const EXIT_CODES = {
  0: 'done, or going on',
  1: 'failed',
  2: 'usage or invalid plan file',
  3: 'waiting at a stop point',
  4: 'refused: not allowed, stale, taken',
  5: 'rolled back',
  6: 'on hold',
  7: 'Docker or Temporal unreachable',
  8: 'findings, or a verification failed',
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

/** A run that went back by itself and waits again is `rolled back` until somebody decides anew. */
export function exitCodeOf(state: RunState): ExitCode {
  switch (state.status) {
    case 'running':
    case 'rolling back':
      return 0;
    case 'waiting':
      return waitsAfterRollback(state) ? 5 : 3;
    case 'on hold':
      return 6;
    case 'ended':
      return state.outcome === 'rolled back' ? 5 : state.outcome === 'refused' ? 4 : 0;
  }
}

function waitsAfterRollback({ rollback, stopPoints }: RunState): boolean {
  const open = Object.values(stopPoints).find(({ status }) => status === 'open');
  const reopened = Object.values(stopPoints).filter(({ openedAt }) => (openedAt ?? 0) >= (rollback?.endedAt ?? Number.POSITIVE_INFINITY));
  return open !== undefined && reopened.length === 1 && reopened[0] === open;
}
