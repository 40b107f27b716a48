import type { StageId, StopPointId } from '../plan/operation.js';
import { STOP_POINT_AFTER } from '../plan/render.js';
import type { PlanSkeleton, StepSkeleton } from '../plan/run-plan.js';
import type { RunState } from '../plan/run-state.js';

export type Mark = 'done' | 'running' | 'failed' | 'undone' | 'pending' | 'open' | 'released' | 'rejected' | 'closed';

export interface Station {
  readonly id: StageId | StopPointId;
  readonly kind: 'stage' | 'stop point';
  readonly mark: Mark;
}

export interface Phase {
  readonly number: number;
  readonly title: string;
  readonly stations: readonly Station[];
  /** Sum of its steps' times, in milliseconds. */
  readonly ms: number;
}

const TITLES = ['before', 'prepare', 'staging', 'production', 'afterwards'] as const;

/** Where the run is, phase by phase, in the words of the paper plan. */
export function road(plan: Pick<PlanSkeleton, 'steps' | 'stopPoints'>, state: RunState): readonly Phase[] {
  const stages = [...new Set(plan.steps.map(({ stage }) => stage))];
  return TITLES.map((title, number) => {
    const mine = stages.filter((stage) => phaseOf(stage) === number);
    return {
      number,
      title,
      stations: mine.flatMap((stage) => stationsOf(stage, plan, state)),
      ms: plan.steps.filter(({ stage }) => mine.includes(stage)).reduce((sum, { id }) => sum + (state.steps[id]?.ms ?? 0), 0),
    };
  }).filter(({ stations }) => stations.length > 0);
}

export function phaseOf(stage: string): number {
  return Number.parseInt(stage, 10);
}

function stationsOf(stage: StageId, plan: Pick<PlanSkeleton, 'steps' | 'stopPoints'>, state: RunState): readonly Station[] {
  const steps = plan.steps.filter((step) => step.stage === stage);
  const here: Station = { id: stage, kind: 'stage', mark: stageMark(steps, state) };
  const stopPoint = STOP_POINT_AFTER[stage];
  if (!stopPoint || !plan.stopPoints.some(({ id }) => id === stopPoint)) return [here];
  return [here, { id: stopPoint, kind: 'stop point', mark: state.stopPoints[stopPoint]?.status ?? 'closed' }];
}

function stageMark(steps: readonly StepSkeleton[], state: RunState): Mark {
  const statuses = steps.map(({ id }) => state.steps[id]?.status ?? 'pending');
  if (statuses.some((status) => status === 'running' || status === 'undoing')) return 'running';
  if (statuses.some((status) => status === 'failed' || status === 'undo failed')) return 'failed';
  if (statuses.every((status) => status === 'done')) return 'done';
  const isHere = state.status === 'running' && state.stage === steps[0]?.stage;
  if (isHere) return 'running';
  if (statuses.includes('undone')) return 'undone';
  return statuses.includes('done') ? 'running' : 'pending';
}
