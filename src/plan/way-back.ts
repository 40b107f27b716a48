import { STAGE_IDS } from './operation.js';
import type { PlanSkeleton, StepSkeleton } from './run-plan.js';
import type { RunState } from './run-state.js';

/** The stages that a rollback to SP5 goes back over. */
const CUTOVER_STAGES: readonly string[] = STAGE_IDS.slice(STAGE_IDS.indexOf('3.1'));

/** Once signed off, going back is a restore, not a rollback. */
export function isPast(state: RunState): boolean {
  return state.stopPoints.SP7?.status === 'released';
}

/** The nearest point that a rollback can go back to now: SP5 once the cutover has begun, else SP0. */
export function rollbackFloor(state: RunState): 'SP0' | 'SP5' {
  return state.stopPoints.SP5?.status === 'released' ? 'SP5' : 'SP0';
}

/** The steps to undo, last armed first. What is kept on purpose, or changed nothing, stays out. */
export function stepsToUndo(plan: PlanSkeleton, state: RunState, to: 'SP0' | 'SP5'): readonly StepSkeleton[] {
  const byId = new Map(plan.steps.map((step) => [step.id, step]));
  return [...state.armed]
    .reverse()
    .map((id) => byId.get(id))
    .filter((step) => step !== undefined)
    .filter((step) => step.undo === 'armed' && (to === 'SP0' || CUTOVER_STAGES.includes(step.stage)));
}
