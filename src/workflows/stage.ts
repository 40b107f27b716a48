import { ActivityFailure, ApplicationFailure, condition, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { Failure } from '../plan/evidence.js';
import type { StageId } from '../plan/operation.js';
import type { StepSkeleton } from '../plan/run-plan.js';
import { stepActivities } from './activity-options.js';
import type { Run } from './run.js';
import { GoBack, Refused } from './turns.js';

export async function runStage(run: Run, stage: StageId): Promise<void> {
  const steps = run.plan.steps.filter((step) => step.stage === stage);
  if (steps.length === 0) return;
  run.emit({ type: 'stage entered', stage });
  for (const step of steps) await runStep(run, step);
}

/** A step that fails inside the window goes back at once; outside it waits for a person. */
async function runStep(run: Run, step: StepSkeleton): Promise<void> {
  for (;;) {
    const failure = await attempt(run, step);
    if (!failure) return;
    if (failure.code === 'LOCK_HELD') throw new Refused();
    if (step.inWindow) {
      run.goBack({ to: 'SP5', cause: `${step.id} failed: ${failure.message}` });
      throw new GoBack();
    }
    await hold(run, { why: `${step.id}: ${failure.message}`, step: step.id });
  }
}

async function attempt(run: Run, step: StepSkeleton): Promise<Failure | null> {
  const startedAt = Date.now();
  // The undo is armed before anything acts: a crash from here on is a step that may have happened.
  run.emit({ type: 'step armed', step: step.id, attempt: run.state.attempt });
  await run.mirror();
  try {
    const input = { runId: run.input.runId, stepId: step.id, attempt: run.state.attempt };
    const { evidence, already } = await stepActivities(step)[step.kind](input);
    run.emit({ type: 'step done', step: step.id, ms: Date.now() - startedAt, already, evidence });
    return null;
  } catch (error) {
    if (isCancellation(error)) throw error;
    const failure = failureOf(error);
    run.emit({ type: 'step failed', step: step.id, failure });
    return failure;
  }
}

/** Waits for `retry`. A rollback interrupts the wait by cancelling the forward scope. */
export async function hold(run: Run, { why, step }: { why: string; step: string | null }): Promise<void> {
  run.emit({ type: 'hold opened', why, step });
  const asked = run.retries;
  await waitUntil(run, () => run.retries > asked);
  run.emit({ type: 'hold ended' });
}

/** Waits for people, and writes down what they say meanwhile. */
export async function waitUntil(run: Run, what: () => boolean): Promise<void> {
  while (!what()) {
    await run.mirror();
    await condition(() => what() || !run.isMirrored);
  }
}

export function failureOf(error: unknown): Failure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const [detail] = (cause.details ?? []) as [Partial<Failure>?];
    const { next = "look at 'stoppoint report', then retry or roll back", evidence } = detail ?? {};
    return { code: cause.type ?? 'STEP_FAILED', message: cause.message, next, ...(evidence ? { evidence } : {}) };
  }
  const code = cause instanceof TimeoutFailure ? 'STEP_TIMED_OUT' : 'STEP_FAILED';
  const message = cause instanceof Error ? cause.message : 'the step failed without a message';
  return { code, message, next: "look at 'stoppoint report', then retry or roll back" };
}
