import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Entry } from '../record/chain.js';
import type { Evidence } from '../plan/evidence.js';
import type { OperationKind, StopPointId } from '../plan/operation.js';
import type { Outcome, Receipt, RunEvent } from '../plan/run-event.js';
import type { PlanSkeleton } from '../plan/run-plan.js';
import type { RunState } from '../plan/run-state.js';

/** The workflow's only input: small enough for history; bodies lie in the run's folder under the plan's hash. */
export interface MigrationInput {
  readonly runId: string;
  readonly plan: PlanSkeleton;
  readonly startedBy: string;
  readonly until: StopPointId | null;
}

export interface MigrationResult {
  readonly runId: string;
  readonly outcome: Outcome;
}

/** An update, since the person must learn whether the decision counted. */
export const decideUpdate = defineUpdate<Receipt, [unknown]>('decide');
/** Plain signals, for people who have only Temporal's own command line. Same function, same record. */
export const approveSignal = defineSignal<[unknown]>('approve');
export const rejectSignal = defineSignal<[unknown]>('reject');
export const rollbackSignal = defineSignal<[unknown]>('rollback');
export const retrySignal = defineSignal<[unknown]>('retry');
export const statusQuery = defineQuery<RunState>('status');

export interface JournalPage {
  readonly runId: string;
  /** Empty when there is none after that number. */
  readonly entries: readonly Entry<RunEvent>[];
}

/** The entries after a number, page by page: also of a closed run, for as long as its history is kept. */
export const journalQuery = defineQuery<JournalPage, [after: number]>('journal');

export interface StepInput {
  readonly runId: string;
  readonly stepId: string;
  /** The cutover attempt: part of what the probe recognises as this step's own doing. */
  readonly attempt: number;
}

export interface StepResult {
  readonly evidence: Evidence;
  /** The probe found an earlier attempt's work complete; nothing was done again. */
  readonly already: boolean;
}

export interface UndoResult {
  readonly how: 'undone' | 'not needed';
  readonly evidence: Evidence;
}

export type StepActivities = { readonly [K in OperationKind]: (input: StepInput) => Promise<StepResult> };
export type UndoActivities = { readonly [K in `undo ${OperationKind}`]: (input: StepInput) => Promise<UndoResult> };

export interface RunActivities {
  'build.id'(): Promise<string>;
  'journal.mirror'(input: { readonly runId: string; readonly entries: readonly Entry<RunEvent>[] }): Promise<void>;
  'run.finish'(input: { readonly runId: string }): Promise<void>;
}

export type Activities = StepActivities & UndoActivities & RunActivities;
