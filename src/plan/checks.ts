import type { OperationKind, StopPointId } from './operation.js';

/** What a check found. Only `pass` and the verdicts a person answers for let a stop point be released. */
export type Verdict = 'pass' | 'fail' | 'cannot tell' | 'attested' | 'replaced' | 'not built';

/** One finding of a step's own verifier. `live` may change from look to look; it is shown, never hashed. */
export interface CheckResult {
  readonly id: string;
  readonly verdict: 'pass' | 'fail' | 'cannot tell';
  /** What was demanded: hashed, since an approval counts for it. */
  readonly limit?: string;
  readonly live?: string;
}

/** Where a line of the paper plan gets its answer from. */
export type AnswerSource =
  | { readonly by: 'step'; readonly step: OperationKind; readonly check: string; readonly stage?: string }
  | { readonly by: 'person' }
  | { readonly by: 'replaced'; readonly defect: string; readonly with: string }
  | { readonly by: 'not built' };

/** One line of the paper plan that somebody would otherwise tick by hand. */
export interface NamedCheck {
  /** `<plan step>#<n-th line>`, for example `1.1#2`. */
  readonly id: string;
  readonly at: StopPointId;
  readonly says: string;
  readonly answer: AnswerSource;
}
