import type { Operation, StageId } from '../../../src/plan/operation.js';
import { STOP_POINT_IDS } from '../../../src/plan/operation.js';
import { type PlanSkeleton, sealPlan, skeletonOf } from '../../../src/plan/run-plan.js';
import { numbered } from '../../../src/plan/steps.js';

const STEPS: readonly (readonly [StageId, Operation])[] = [
  ['0', { kind: 'lock.take', container: 'lock', image: 'i' }],
  ['1.1', { kind: 'backup.files', paths: [] }],
  ['1.2', { kind: 'database.start' }],
  ['2.1', { kind: 'project.start', environment: 'staging' }],
  ['3.0', { kind: 'project.create', environment: 'production' }],
  ['3.1', { kind: 'announce.send', message: 'start' }],
  ['3.2', { kind: 'project.stop' }],
  ['3.5', { kind: 'project.start', environment: 'production' }],
  ['3.6', { kind: 'service.check', environment: 'production', depth: 'full' }],
  ['4.3', { kind: 'record.write' }],
  ['4.4', { kind: 'project.retire' }],
];

/** The real runbook's shape with one step where it has many: enough for the story's turns. */
export function smallPlan({ deployment, budgetSeconds = 60 }: { deployment: string; budgetSeconds?: number }): PlanSkeleton {
  return skeletonOf(
    sealPlan({
      version: 1,
      deployment,
      steps: numbered(STEPS.map(([stage, operation]) => ({ stage, operation, cause: 'test' }))),
      stopPoints: STOP_POINT_IDS.map((id) => ({ id, question: '?', mayDecide: [], needs: 1, starterMay: true, checks: [] })),
      limits: { budgetSeconds },
      target: null,
    }),
  );
}
