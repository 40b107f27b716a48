import { describe, expect, it } from '@jest/globals';
import { decide, isReleased } from '../../../src/plan/decide.js';
import type { Approval } from '../../../src/plan/messages.js';
import type { RunEvent } from '../../../src/plan/run-event.js';
import type { PlanSkeleton, StopPointRule } from '../../../src/plan/run-plan.js';
import { EMPTY_RUN, reduce, type RunState } from '../../../src/plan/run-state.js';
import type { ShownCheck } from '../../../src/plan/show.js';

const rule = (id: 'SP0' | 'SP5' | 'SP7', rest: Partial<StopPointRule> = {}): StopPointRule => ({
  id,
  question: '?',
  mayDecide: [],
  needs: 1,
  starterMay: true,
  checks: [],
  ...rest,
});
const plan = (rules: readonly StopPointRule[] = [rule('SP0'), rule('SP5'), rule('SP7')]): PlanSkeleton => ({
  version: 1,
  deployment: 'd',
  hash: 'h',
  steps: [],
  stopPoints: rules,
  limits: { budgetSeconds: 1 },
});
const started: RunEvent = {
  type: 'run started',
  runId: 'r1',
  deployment: 'd',
  planHash: 'h',
  startedBy: 'starter',
  buildId: 'b',
  until: null,
};
const after = (...events: readonly RunEvent[]): RunState =>
  [started, ...events].reduce((state, event) => reduce(state, event, 1), EMPTY_RUN);
const opened = (stopPoint: 'SP0' | 'SP5' | 'SP7', checks: readonly ShownCheck[] = []): RunEvent => ({
  type: 'stop point opened',
  stopPoint,
  shown: 'x',
  checks,
});
const approval = (rest: Partial<Approval> = {}): Approval => ({
  verdict: 'approve',
  runId: 'r1',
  person: 'p',
  reason: '',
  stopPoint: 'SP0',
  shown: 'x',
  attest: [],
  override: [],
  ...rest,
});
const shown = (verdict: ShownCheck['verdict']): ShownCheck => ({ id: 'c1', says: '', verdict, limit: '', live: '' });
const codeOf = (state: RunState, message: Parameters<typeof decide>[2], rules?: readonly StopPointRule[]) => {
  const receipt = decide(plan(rules), state, message);
  return receipt.counted ? 'counted' : receipt.code;
};

describe('decide', () => {
  it('counts an approval of what is shown', () => {
    expect(codeOf(after(opened('SP0')), approval())).toBe('counted');
  });

  it.each([
    ['another run', after(opened('SP0')), approval({ runId: 'r2' }), 'OTHER_RUN'],
    ['another hash', after(opened('SP0')), approval({ shown: 'y' }), 'STALE_HASH'],
    ['another stop point', after(opened('SP0')), approval({ stopPoint: 'SP5' }), 'WRONG_STOP_POINT'],
    ['too early', after(), approval(), 'TOO_EARLY'],
    ['too late', after(opened('SP0'), { type: 'stop point released', stopPoint: 'SP0' }), approval(), 'ALREADY_DECIDED'],
    ['after the end', after({ type: 'run ended', outcome: 'done' }), approval(), 'RUN_ENDED'],
    ['while going back', after(opened('SP0'), { type: 'rollback started', to: 'SP0', cause: '' }), approval(), 'ROLLING_BACK'],
    ['without an attestation', after(opened('SP0', [shown('attested')])), approval(), 'ATTESTATION_MISSING'],
    ['over a failed check', after(opened('SP0', [shown('fail')])), approval(), 'CHECKS_NOT_PASSED'],
    ['over an untold check', after(opened('SP0', [shown('cannot tell')])), approval(), 'CHECKS_NOT_PASSED'],
    ['an override without a reason', after(opened('SP0', [shown('fail')])), approval({ override: ['c1'] }), 'REASON_MISSING'],
  ])('refuses %s', (_, state, message, code) => {
    expect(codeOf(state, message)).toBe(code);
  });

  it('is not closed by what is not built', () => {
    expect(codeOf(after(opened('SP0', [shown('not built'), shown('replaced')])), approval())).toBe('counted');
  });

  it('counts an override that has a reason', () => {
    expect(codeOf(after(opened('SP0', [shown('fail')])), approval({ override: ['c1'], reason: 'known' }))).toBe('counted');
  });

  it('refuses who is not named, and who started the run where the starter may not', () => {
    const state = after(opened('SP0'));
    expect(codeOf(state, approval(), [rule('SP0', { mayDecide: ['q'] })])).toBe('NOT_ALLOWED');
    expect(codeOf(state, approval({ person: 'starter' }), [rule('SP0', { starterMay: false })])).toBe('STARTER_MAY_NOT');
  });

  it('needs as many different people as the rule says', () => {
    const two = rule('SP0', { needs: 2 });
    const first = after(opened('SP0'), { type: 'message', message: approval(), receipt: { counted: true }, via: 'update' });
    expect(isReleased(two, first)).toBe(false);
    expect(codeOf(first, approval(), [two])).toBe('ALREADY_DECIDED');
    const both = reduce(first, { type: 'message', message: approval({ person: 'q' }), receipt: { counted: true }, via: 'signal' }, 2);
    expect(isReleased(two, both)).toBe(true);
  });

  it('refuses a rejection without a reason', () => {
    expect(codeOf(after(opened('SP0')), { ...approval(), verdict: 'reject' })).toBe('REASON_MISSING');
  });

  it('offers no rollback after the sign-off', () => {
    const state = after(opened('SP7'), { type: 'stop point released', stopPoint: 'SP7' });
    expect(codeOf(state, { verdict: 'rollback', runId: 'r1', person: 'p', reason: '', to: 'SP0' })).toBe('POINT_OF_NO_RETURN');
  });

  it('goes back to SP5 only once the cutover has begun', () => {
    const back = { verdict: 'rollback', runId: 'r1', person: 'p', reason: '', to: 'SP5' } as const;
    expect(codeOf(after(opened('SP5')), back)).toBe('NOTHING_TO_ROLL_BACK');
    expect(codeOf(after(opened('SP5'), { type: 'stop point released', stopPoint: 'SP5' }), back)).toBe('counted');
  });

  it('retries only what is on hold', () => {
    const retry = { verdict: 'retry', runId: 'r1', person: 'p', reason: '' } as const;
    expect(codeOf(after(), retry)).toBe('NOT_ON_HOLD');
    expect(codeOf(after({ type: 'hold opened', why: '', step: null }), retry)).toBe('counted');
  });
});
