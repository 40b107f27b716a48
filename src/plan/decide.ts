import { isPast, rollbackFloor } from './way-back.js';
import type { Approval, OperatorMessage, Rejection } from './messages.js';
import type { Receipt } from './run-event.js';
import type { PlanSkeleton, StopPointRule } from './run-plan.js';
import type { RunState } from './run-state.js';

const COUNTED: Receipt = { counted: true };

/**
 * Who may decide what, when, and for what was shown: the only place that knows.
 * Command line, page and plain signal all come through here, and a refusal changes nothing.
 */
export function decide(plan: PlanSkeleton, state: RunState, message: OperatorMessage): Receipt {
  if (message.runId !== state.runId) return refused('OTHER_RUN');
  if (state.status === 'ended') return refused('RUN_ENDED');
  switch (message.verdict) {
    case 'approve':
    case 'reject':
      return decideStopPoint(plan, state, message);
    case 'rollback':
      return decideRollback(state, message.to);
    case 'retry':
      return state.status === 'on hold' ? COUNTED : refused('NOT_ON_HOLD');
  }
}

function decideStopPoint(plan: PlanSkeleton, state: RunState, message: Approval | Rejection): Receipt {
  const rule = plan.stopPoints.find(({ id }) => id === message.stopPoint);
  const current = state.stopPoints[message.stopPoint];
  if (!rule) return refused('WRONG_STOP_POINT');
  if (isRollingBack(state)) return refused('ROLLING_BACK');
  if (current?.status === 'released' || current?.status === 'rejected') return refused('ALREADY_DECIDED');
  if (current?.status !== 'open') return refused(state.status === 'waiting' ? 'WRONG_STOP_POINT' : 'TOO_EARLY');
  if (message.shown !== current.shown) return refused('STALE_HASH');
  if (rule.mayDecide.length > 0 && !rule.mayDecide.includes(message.person)) return refused('NOT_ALLOWED');
  if (!rule.starterMay && message.person === state.startedBy) return refused('STARTER_MAY_NOT');
  if (message.verdict === 'reject') return message.reason === '' ? refused('REASON_MISSING') : COUNTED;
  if (current.approvals.some(({ person }) => person === message.person)) return refused('ALREADY_DECIDED');
  return answersFor(state, message);
}

/** Every line that asks for a person is attested, and every line that failed is overridden with a reason. */
function answersFor(state: RunState, message: Approval): Receipt {
  const checks = state.stopPoints[message.stopPoint]?.checks ?? [];
  const attested = (id: string) => message.attest.includes('*') || message.attest.includes(id);
  if (checks.some(({ verdict, id }) => verdict === 'attested' && !attested(id))) return refused('ATTESTATION_MISSING');
  const failed = checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'cannot tell');
  if (failed.some(({ id }) => !message.override.includes(id))) return refused('CHECKS_NOT_PASSED');
  if (failed.length > 0 && message.reason === '') return refused('REASON_MISSING');
  return COUNTED;
}

function decideRollback(state: RunState, to: 'SP0' | 'SP5'): Receipt {
  if (isRollingBack(state)) return refused('ROLLING_BACK');
  if (isPast(state)) return refused('POINT_OF_NO_RETURN');
  if (to === 'SP5' && rollbackFloor(state) !== 'SP5') return refused('NOTHING_TO_ROLL_BACK');
  return COUNTED;
}

export function isReleased(rule: StopPointRule, state: RunState): boolean {
  return (state.stopPoints[rule.id]?.approvals.length ?? 0) >= rule.needs;
}

function isRollingBack(state: RunState): boolean {
  return state.rollback !== null && state.rollback.endedAt === null;
}

function refused(code: string): Receipt {
  return { counted: false, code };
}
