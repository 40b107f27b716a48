import type { Evidence, Failure } from '../plan/evidence.js';
import type { RunEvent } from '../plan/run-event.js';
import type { PlanSkeleton, StepSkeleton } from '../plan/run-plan.js';
import type { Entry } from '../record/chain.js';

/** One try at one step. A step that was undone and done again has a row for each. */
export interface StepRow {
  readonly number: number;
  readonly stage: string;
  readonly step: string;
  readonly summary: string;
  /** The cutover attempt. Null when the step never ran. */
  readonly attempt: number | null;
  readonly result: 'done' | 'done before' | 'failed' | 'interrupted' | 'running' | 'not run';
  readonly startedAt: number | null;
  readonly ms: number | null;
  readonly evidence: Evidence | null;
  readonly failure: Failure | null;
  readonly undo: UndoRow;
}

export interface UndoRow {
  /** `armed`: it stands ready. `kept` and `none` are meant so. */
  readonly how: 'armed' | 'kept' | 'none' | 'impossible' | 'undone' | 'not needed' | 'failed' | 'not armed';
  readonly ms: number | null;
  readonly failure: Failure | null;
}

type Row = { -readonly [K in keyof StepRow]: StepRow[K] };

/** Every try of every step in the order in which it happened, then the steps that never ran. */
export function stepRows(plan: Pick<PlanSkeleton, 'steps'>, entries: readonly Entry<RunEvent>[]): readonly StepRow[] {
  const rows: Row[] = [];
  const latest = new Map<string, Row>();
  for (const { event, at } of entries) {
    if (event.type === 'step armed') {
      const step = plan.steps.find(({ id }) => id === event.step);
      if (!step) continue;
      const row = begun(step, event.attempt, at);
      rows.push(row);
      latest.set(event.step, row);
    }
    if ('step' in event && event.step !== null) note(latest.get(event.step), event);
  }
  for (const row of rows) if (row.result === 'running' && ended(entries)) row.result = 'interrupted';
  return [...rows, ...plan.steps.filter(({ id }) => !latest.has(id)).map(notRun)];
}

function note(row: Row | undefined, event: RunEvent): void {
  if (!row) return;
  switch (event.type) {
    case 'step done':
      Object.assign(row, { result: event.already ? 'done before' : 'done', ms: event.ms, evidence: event.evidence });
      break;
    case 'step failed':
      Object.assign(row, { result: 'failed', failure: event.failure, evidence: event.failure.evidence ?? null });
      break;
    case 'undo started':
      if (row.result === 'running') row.result = 'interrupted';
      break;
    case 'undo done':
      row.undo = { how: event.how, ms: event.ms, failure: null };
      break;
    case 'undo failed':
      row.undo = { how: 'failed', ms: null, failure: event.failure };
      break;
    default:
  }
}

function begun({ number, stage, id, summary, undo }: StepSkeleton, attempt: number, at: number): Row {
  const way = { how: undo, ms: null, failure: null };
  return {
    number,
    stage,
    step: id,
    summary,
    attempt,
    result: 'running',
    startedAt: at,
    ms: null,
    evidence: null,
    failure: null,
    undo: way,
  };
}

function notRun({ number, stage, id, summary }: StepSkeleton): StepRow {
  const undo = { how: 'not armed', ms: null, failure: null } as const;
  return {
    number,
    stage,
    step: id,
    summary,
    attempt: null,
    result: 'not run',
    startedAt: null,
    ms: null,
    evidence: null,
    failure: null,
    undo,
  };
}

function ended(entries: readonly Entry<RunEvent>[]): boolean {
  return entries.at(-1)?.event.type === 'run ended';
}
