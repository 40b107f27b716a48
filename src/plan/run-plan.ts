import { digestOf } from '../record/digest.js';
import type { NamedCheck } from './checks.js';
import type { Operation, OperationKind, StageId, StopPointId, Undo, WhenUnknown } from './operation.js';

/** A step as the workflow sees it: everything but the body, which lies in the run's folder. */
export interface StepSkeleton {
  readonly id: string;
  readonly number: number;
  readonly stage: StageId;
  readonly kind: OperationKind;
  readonly summary: string;
  readonly cause: string;
  readonly undo: Undo;
  readonly whenUnknown: WhenUnknown;
  readonly changesDeployment: boolean;
  readonly inWindow: boolean;
  readonly seconds: number;
}

export interface Step extends StepSkeleton {
  readonly operation: Operation;
}

/** Who may release a stop point. An empty `mayDecide` means anybody who can reach the run. */
export interface StopPointRule {
  readonly id: StopPointId;
  readonly question: string;
  readonly mayDecide: readonly string[];
  readonly needs: number;
  readonly starterMay: boolean;
  readonly checks: readonly NamedCheck[];
}

export interface Limits {
  /** Longest window, in seconds; when it passes the run goes back by itself. */
  readonly budgetSeconds: number;
}

/** What travels through Temporal's history. */
export interface PlanSkeleton {
  readonly version: 1;
  readonly deployment: string;
  /** Digest of the whole run plan: bodies, observation and limits included. */
  readonly hash: string;
  readonly steps: readonly StepSkeleton[];
  readonly stopPoints: readonly StopPointRule[];
  readonly limits: Limits;
}

/** The frozen plan on disk. `target` holds what the steps' bodies refer to (see target.ts). */
export interface RunPlan<Target = unknown> {
  readonly version: 1;
  readonly deployment: string;
  readonly hash: string;
  /** Without names, ports, ids, paths and sizes: equal for a rehearsal and its live run. */
  readonly shapeHash: string;
  readonly steps: readonly Step[];
  readonly stopPoints: readonly StopPointRule[];
  readonly limits: Limits;
  readonly target: Target;
}

export function sealPlan<Target>(body: Omit<RunPlan<Target>, 'hash' | 'shapeHash'>): RunPlan<Target> {
  const shape = body.steps.map(({ stage, kind, undo, inWindow }) => ({ stage, kind, undo, inWindow }));
  return { ...body, hash: digestOf(body), shapeHash: digestOf(shape) };
}

/** True when the plan's hash still covers its content: a hand-edited run plan is refused. */
export function isIntact(plan: RunPlan): boolean {
  const { hash, shapeHash: _, ...body } = plan;
  return digestOf(body) === hash;
}

export function skeletonOf(plan: RunPlan): PlanSkeleton {
  const { version, deployment, hash, stopPoints, limits } = plan;
  return { version, deployment, hash, stopPoints, limits, steps: plan.steps.map(withoutBody) };
}

function withoutBody(step: Step): StepSkeleton {
  const { operation: _operation, ...skeleton } = step;
  return skeleton;
}
