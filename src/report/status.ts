import type { StopPointId } from '../plan/operation.js';
import type { PlanSkeleton } from '../plan/run-plan.js';
import type { RunState, StopPointState } from '../plan/run-state.js';
import { isPast, rollbackFloor } from '../plan/way-back.js';
import { approveLine, mustBeOverridden, type PlainDoor, shellQuoted } from './plain-signal.js';
import { type Phase, road } from './road.js';

/** Everything that `status` shows, as data. Times are milliseconds since the epoch. */
export interface Status {
  readonly version: 1;
  readonly kind: 'status';
  readonly runId: string;
  readonly deployment: string;
  readonly status: RunState['status'];
  readonly outcome: RunState['outcome'];
  readonly source: Source;
  readonly asOf: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly attempt: number;
  readonly stage: string | null;
  readonly phases: readonly Phase[];
  readonly step: { readonly id: string; readonly stage: string; readonly summary: string; readonly since: number | null } | null;
  readonly stopPoint: OpenStopPoint | null;
  readonly hold: (NonNullable<RunState['hold']> & { readonly code: string | null; readonly message: string; readonly next: string }) | null;
  readonly window: {
    readonly openedAt: number;
    readonly closedAt: number | null;
    readonly how: string | null;
    readonly budgetMs: number;
  } | null;
  readonly rollback: RunState['rollback'];
  readonly folder: string;
  readonly wayBack: string | null;
  /** What can be typed next, the usual thing first. */
  readonly next: readonly string[];
  readonly plainSignal: string | null;
}

/** Who answered. `disk`: nobody did, for the reason told; this is what the mirrored journal says. */
export type Source = { readonly from: 'worker' } | { readonly from: 'disk'; readonly why: string | null };

export interface OpenStopPoint {
  readonly id: StopPointId;
  readonly question: string;
  readonly shown: string;
  readonly since: number | null;
  readonly checks: StopPointState['checks'];
  readonly approvedBy: readonly string[];
  readonly needs: number;
  readonly mayDecide: readonly string[];
}

export interface StatusInput {
  readonly plan: PlanSkeleton;
  readonly state: RunState;
  readonly source: Source;
  readonly folder: string;
  /** Path of way-back.sh once it is written. */
  readonly wayBack: string | null;
  readonly now: number;
  readonly person: string;
  readonly door: PlainDoor;
}

export function statusOf(input: StatusInput): Status {
  const { plan, state, source, folder, wayBack, now } = input;
  const step = plan.steps.find(({ id }) => id === state.step);
  const stopPoint = openStopPoint(plan, state);
  return {
    version: 1,
    kind: 'status',
    runId: state.runId,
    deployment: plan.deployment,
    status: state.status,
    outcome: state.outcome,
    source,
    asOf: now,
    startedAt: state.startedAt,
    endedAt: state.endedAt,
    attempt: state.attempt,
    stage: state.stage,
    phases: road(plan, state),
    step: step ? { id: step.id, stage: step.stage, summary: step.summary, since: state.steps[step.id]?.startedAt ?? null } : null,
    stopPoint,
    hold: holdOf(state),
    window: state.window && { ...state.window, budgetMs: plan.limits.budgetSeconds * 1000 },
    rollback: state.rollback,
    folder,
    wayBack,
    next: nextWords(state, stopPoint),
    plainSignal: stopPoint && approveLine(input.door, { ...stopPoint, runId: state.runId, stopPoint: stopPoint.id, person: input.person }),
  };
}

export function openStopPoint(plan: PlanSkeleton, state: RunState): OpenStopPoint | null {
  const rule = plan.stopPoints.find(({ id }) => state.stopPoints[id]?.status === 'open');
  const open = rule && state.stopPoints[rule.id];
  if (!rule || !open) return null;
  return {
    id: rule.id,
    question: rule.question,
    shown: open.shown ?? '',
    since: open.openedAt,
    checks: open.checks,
    approvedBy: open.approvals.map(({ person }) => person),
    needs: rule.needs,
    mayDecide: rule.mayDecide,
  };
}

function holdOf(state: RunState): Status['hold'] {
  if (!state.hold) return null;
  const failure = state.hold.step === null ? null : (state.steps[state.hold.step]?.failure ?? null);
  return { ...state.hold, code: failure?.code ?? null, message: failure?.message ?? state.hold.why, next: failure?.next ?? '' };
}

function nextWords(state: RunState, stopPoint: OpenStopPoint | null): readonly string[] {
  if (state.status === 'ended') return ['stoppoint report'];
  if (state.status === 'waiting' && stopPoint)
    return [approveWords(stopPoint), `stoppoint reject ${stopPoint.id} --reason WHY`, ...rollbackWords(state)];
  if (state.status === 'on hold') return ['stoppoint retry', ...rollbackWords(state)];
  return ['stoppoint wait'];
}

function approveWords({ id, checks }: OpenStopPoint): string {
  const override = mustBeOverridden(checks);
  return [
    `stoppoint approve ${id}`,
    checks.some(({ verdict }) => verdict === 'attested') ? '--attest-all' : '',
    override.length > 0 ? `--override ${override.map(word).join(' ')} --reason WHY` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function rollbackWords(state: RunState): readonly string[] {
  const goingBack = state.rollback !== null && state.rollback.endedAt === null;
  return goingBack || isPast(state) ? [] : [`stoppoint rollback --to ${rollbackFloor(state)}`];
}

/** A check id such as `1.1#2` needs no quotes inside a word, a hash at its beginning would. */
function word(text: string): string {
  return /^[A-Za-z0-9._:-][A-Za-z0-9._:#-]*$/.test(text) ? text : shellQuoted(text);
}
