import { CancellationScope } from '@temporalio/workflow';
import type { StepSkeleton } from '../plan/run-plan.js';
import { stepsToUndo } from '../plan/way-back.js';
import { undoActivities } from './activity-options.js';
import type { Run } from './run.js';
import { failureOf, hold } from './stage.js';

/**
 * Undoes what was armed, last first, each verified by a probe. One that fails does not stop the others;
 * afterwards the run holds until a person had the failed ones tried again.
 */
export async function rollBack(run: Run): Promise<void> {
  const to = run.state.rollback?.to ?? 'SP0';
  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      const failed: string[] = [];
      for (const step of stepsToUndo(run.plan, run.state, to)) {
        if (!(await undo(run, step))) failed.push(step.id);
      }
      if (failed.length === 0) break;
      await hold(run, { why: `the undo of ${failed.join(', ')} failed`, step: failed[0] ?? null });
    }
  });
  if (run.state.window && run.state.window.closedAt === null) run.emit({ type: 'window closed', how: 'rolled back' });
  run.emit({ type: 'rollback ended', to });
}

async function undo(run: Run, step: StepSkeleton): Promise<boolean> {
  const startedAt = Date.now();
  run.emit({ type: 'undo started', step: step.id });
  await run.mirror();
  try {
    const attempt = run.state.steps[step.id]?.attempt ?? run.state.attempt;
    const input = { runId: run.input.runId, stepId: step.id, attempt };
    const { how, evidence } = await undoActivities(step)[`undo ${step.kind}`](input);
    run.emit({ type: 'undo done', step: step.id, ms: Date.now() - startedAt, how, evidence });
    return true;
  } catch (error) {
    run.emit({ type: 'undo failed', step: step.id, failure: failureOf(error) });
    return false;
  }
}
