import { digestOf } from '../record/digest.js';
import type { CheckResult, NamedCheck, Verdict } from './checks.js';
import type { StopPointRule } from './run-plan.js';
import type { RunState } from './run-state.js';

/** One line of a stop point as a person sees it. */
export interface ShownCheck {
  readonly id: string;
  readonly says: string;
  /** `attested` stands here for "a person answers": it passes once an approval names it. */
  readonly verdict: Verdict;
  readonly limit: string;
  readonly live: string;
}

/** What a stop point shows now: every named line with its verdict from the evidence at hand. */
export function showStopPoint(rule: StopPointRule, kinds: StepKinds, state: RunState): readonly ShownCheck[] {
  return rule.checks.map((check) => answer(check, kinds, state));
}

/** Step id → its kind and stage, in plan order. */
export type StepKinds = readonly { readonly id: string; readonly kind: string; readonly stage: string }[];

/** An approval counts for exactly this: live figures are shown, not hashed. */
export function hashShown(rule: StopPointRule, checks: readonly ShownCheck[], state: RunState): string {
  return digestOf({
    stopPoint: rule.id,
    runId: state.runId,
    plan: state.planHash,
    build: state.buildId,
    attempt: state.attempt,
    checks: checks.map(({ id, verdict, limit }) => ({ id, verdict, limit })),
  });
}

function answer(check: NamedCheck, kinds: StepKinds, state: RunState): ShownCheck {
  const { id, says } = check;
  const source = check.answer;
  if (source.by === 'person') return { id, says, verdict: 'attested', limit: '', live: 'a person answers for it' };
  if (source.by === 'replaced') {
    return { id, says, verdict: 'replaced', limit: source.defect, live: source.with };
  }
  if (source.by === 'not built') return { id, says, verdict: 'not built', limit: '', live: '' };
  const results = kinds
    .filter(({ kind, stage }) => kind === source.step && (source.stage === undefined || source.stage === stage))
    .flatMap(({ id: step }) => state.steps[step]?.evidence?.checks ?? [])
    .filter((result) => matches(result.id, source.check));
  return { id, says, ...worst(results) };
}

/** `http:*` stands for every result whose id begins with `http:`. */
function matches(id: string, pattern: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}

function worst(results: readonly CheckResult[]): { verdict: Verdict; limit: string; live: string } {
  const bad = results.find((r) => r.verdict === 'fail') ?? results.find((r) => r.verdict === 'cannot tell');
  const chosen = bad ?? results[0];
  if (!chosen) return { verdict: 'cannot tell', limit: '', live: 'no step has answered this yet' };
  const limit = results
    .map((r) => r.limit ?? '')
    .filter(Boolean)
    .join('; ');
  const live = bad
    ? (bad.live ?? '')
    : results
        .map((r) => r.live ?? '')
        .filter(Boolean)
        .join('; ');
  return { verdict: chosen.verdict, limit: limit.slice(0, 400), live: live.slice(0, 400) };
}
