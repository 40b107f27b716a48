import { allHandlersFinished, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { StageId, StopPointId } from '../plan/operation.js';
import type { Outcome } from '../plan/run-event.js';
import { rollbackFloor } from '../plan/way-back.js';
import { runActivities } from './activity-options.js';
import { listen } from './listen.js';
import type { MigrationInput, MigrationResult } from './messages.js';
import { rollBack } from './rollback.js';
import { Run } from './run.js';
import { runStage } from './stage.js';
import { stopPoint } from './stop-point.js';
import { EndEarly, GoBack, Refused } from './turns.js';

/** The verbs that the migration's story is told in. */
export interface Telling {
  stage(id: StageId): Promise<void>;
  stopPoint(id: StopPointId): Promise<void>;
  /** Runs its part again from the start after each rollback to SP5, until it holds. */
  cutover(part: () => Promise<void>): Promise<void>;
  /** Production is down inside: a failure, or the budget passing, goes back at once. */
  inWindow(part: () => Promise<void>): Promise<void>;
}

/** Tells the story, and sees to it that every ending is written down, the host lock is released, and a way back is walked. */
export async function tell(input: MigrationInput, story: (telling: Telling) => Promise<void>): Promise<MigrationResult> {
  const run = new Run(input);
  listen(run);
  rollBackWhenCancelled(run);
  return await CancellationScope.nonCancellable(async () => {
    const { 'build.id': buildId, 'run.finish': finish } = runActivities();
    const { runId, plan, startedBy, until } = input;
    run.emit({
      type: 'run started',
      runId,
      deployment: plan.deployment,
      planHash: plan.hash,
      startedBy,
      until,
      buildId: await buildId(),
    });
    const outcome = await play(run, () => story(tellingOf(run)));
    run.emit({ type: 'run ended', outcome });
    await run.mirror();
    await finish({ runId });
    await condition(allHandlersFinished);
    return { runId, outcome };
  });
}

async function play(run: Run, story: () => Promise<void>): Promise<Outcome> {
  try {
    return (await goForward(run, story)) ? 'done' : await backToStart(run);
  } catch (error) {
    if (error instanceof EndEarly) return 'ended early';
    if (error instanceof Refused) return 'refused';
    throw error;
  }
}

async function backToStart(run: Run): Promise<Outcome> {
  await rollBack(run);
  return 'rolled back';
}

function tellingOf(run: Run): Telling {
  return {
    stage: (id) => runStage(run, id),
    stopPoint: (id) => stopPoint(run, id),
    cutover: async (part) => {
      while (!(await goForward(run, part))) {
        if (run.state.rollback?.to !== 'SP5') throw new GoBack();
        await rollBack(run);
      }
    },
    inWindow: async (part) => {
      run.emit({ type: 'window opened' });
      const { budgetSeconds } = run.plan.limits;
      try {
        await CancellationScope.withTimeout(budgetSeconds * 1000, part);
      } catch (error) {
        if (isCancellation(error)) run.goBack({ to: 'SP5', cause: `the budget of ${budgetSeconds} s passed` });
        throw error;
      }
      run.emit({ type: 'window closed', how: 'production answers' });
    },
  };
}

/** True when the part ran to its end; false when the run turned back on the way. */
async function goForward(run: Run, part: () => Promise<void>): Promise<boolean> {
  const outer = run.forward;
  try {
    await CancellationScope.cancellable(async () => {
      run.forward = CancellationScope.current();
      await part();
    });
    return !run.isRollingBack;
  } catch (error) {
    if (run.isRollingBack && (isCancellation(error) || error instanceof GoBack)) return false;
    throw error;
  } finally {
    run.forward = outer;
  }
}

/** `temporal workflow cancel` means: go back. */
function rollBackWhenCancelled(run: Run): void {
  CancellationScope.current().cancelRequested.catch(() => {
    run.goBack({ to: rollbackFloor(run.state), cause: 'the workflow was cancelled' });
  });
}
