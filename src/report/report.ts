import type { CheckResult } from '../plan/checks.js';
import type { MessageRecord, RunState } from '../plan/run-state.js';
import type { RunEvent } from '../plan/run-event.js';
import type { PlanSkeleton } from '../plan/run-plan.js';
import { type Entry, firstBrokenLink } from '../record/chain.js';
import { type StepRow, stepRows } from './step-rows.js';
import { type StopPointRow, stopPointRows } from './stop-point-rows.js';

/** The run's record for people and programs. Times are milliseconds since the epoch. */
export interface Report {
  readonly version: 1;
  readonly kind: 'report';
  readonly runId: string;
  readonly deployment: string;
  readonly planHash: string;
  readonly buildId: string;
  readonly startedBy: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly status: RunState['status'];
  readonly outcome: RunState['outcome'];
  readonly folder: string;
  readonly totals: { readonly wallMs: number; readonly stepsMs: number; readonly waitedForPeopleMs: number };
  readonly steps: readonly StepRow[];
  readonly stopPoints: readonly StopPointRow[];
  readonly windows: readonly WindowRow[];
  readonly rollbacks: readonly RollbackRow[];
  readonly holds: readonly { readonly at: number; readonly why: string }[];
  readonly messages: readonly MessageRecord[];
  readonly messagesNotKept: number;
  /** What the deployment record measured, the state-preservation lines among it. */
  readonly record: { readonly facts: NonNullable<StepRow['evidence']>['facts']; readonly checks: readonly CheckResult[] } | null;
  readonly backups: readonly { readonly step: string; readonly folder: string; readonly result: StepRow['result'] }[];
  readonly journal: { readonly entries: number; readonly head: string | null; readonly firstBroken: number | null };
}

export interface WindowRow {
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly how: string | null;
}

export interface RollbackRow {
  readonly to: 'SP0' | 'SP5';
  readonly cause: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

export interface ReportInput {
  readonly folder: string;
  readonly plan: PlanSkeleton;
  readonly entries: readonly Entry<RunEvent>[];
  readonly state: RunState;
}

export function reportOf({ folder, plan, entries, state }: ReportInput): Report {
  const steps = stepRows(plan, entries);
  const stopPoints = stopPointRows(entries);
  const last = entries.at(-1)?.at ?? state.startedAt;
  const recordStep = steps.findLast(({ step, evidence }) => evidence && kindOf(plan, step) === 'record.write');
  return {
    version: 1,
    kind: 'report',
    runId: state.runId,
    deployment: plan.deployment,
    planHash: state.planHash || plan.hash,
    buildId: state.buildId,
    startedBy: state.startedBy,
    startedAt: state.startedAt,
    endedAt: state.endedAt,
    status: state.status,
    outcome: state.outcome,
    folder,
    totals: {
      wallMs: (state.endedAt ?? last) - state.startedAt,
      stepsMs: steps.reduce((sum, { ms, undo }) => sum + (ms ?? 0) + (undo.ms ?? 0), 0),
      waitedForPeopleMs: stopPoints.reduce((sum, { openedAt, releasedAt }) => sum + ((releasedAt ?? last) - openedAt), 0),
    },
    steps,
    stopPoints,
    windows: windowRows(entries),
    rollbacks: rollbackRows(entries),
    holds: entries.flatMap(({ event, at }) => (event.type === 'hold opened' ? [{ at, why: event.why }] : [])),
    messages: state.messages,
    messagesNotKept: state.messagesNotKept,
    record: recordStep?.evidence ? { facts: recordStep.evidence.facts, checks: recordStep.evidence.checks } : null,
    backups: steps
      .filter(({ step }) => kindOf(plan, step)?.startsWith('backup.'))
      .filter(({ attempt }) => attempt !== null)
      .map(({ step, result }) => ({ step, folder: `${folder}/backups/${step}`, result })),
    journal: { entries: entries.length, head: entries.at(-1)?.hash ?? null, firstBroken: firstBrokenLink(entries) },
  };
}

function kindOf(plan: PlanSkeleton, step: string): string | undefined {
  return plan.steps.find(({ id }) => id === step)?.kind;
}

function windowRows(entries: readonly Entry<RunEvent>[]): readonly WindowRow[] {
  const rows: WindowRow[] = [];
  for (const { event, at } of entries) {
    if (event.type === 'window opened') rows.push({ openedAt: at, closedAt: null, how: null });
    const open = rows.at(-1);
    if (event.type === 'window closed' && open) rows[rows.length - 1] = { ...open, closedAt: at, how: event.how };
  }
  return rows;
}

function rollbackRows(entries: readonly Entry<RunEvent>[]): readonly RollbackRow[] {
  const rows: RollbackRow[] = [];
  for (const { event, at } of entries) {
    if (event.type === 'rollback started') rows.push({ to: event.to, cause: event.cause, startedAt: at, endedAt: null });
    const open = rows.at(-1);
    if (event.type === 'rollback ended' && open) rows[rows.length - 1] = { ...open, endedAt: at };
  }
  return rows;
}
