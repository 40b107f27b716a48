import type { CheckResult } from './checks.js';

/** What a step leaves behind in history: at most 20 kB. Raw output lies in the run's folder under its digest. */
export interface Evidence {
  readonly facts: { readonly [name: string]: string | number | boolean | null };
  readonly checks: readonly CheckResult[];
  readonly raw?: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
}

export const NO_EVIDENCE: Evidence = { facts: {}, checks: [] };

/** A failure as it travels: never a stack, never a child's output (that lies in the run's folder). */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** What to do next, in the imperative. */
  readonly next: string;
  readonly evidence?: Evidence;
}
