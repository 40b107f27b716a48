import type Docker from 'dockerode';
import { basename } from 'node:path';
import type { StepContext } from '../../../src/activities/operator.js';
import { StepFolder } from '../../../src/activities/step-folder.js';
import { StoppointError } from '../../../src/plan/diagnostic.js';
import { meaningOf } from '../../../src/plan/operations.js';
import type { Operation, StageId } from '../../../src/plan/operation.js';
import { type RunPlan, type Step, sealPlan } from '../../../src/plan/run-plan.js';
import type { Target } from '../../../src/plan/target.js';

export interface StepContextOptions {
  readonly operation: Operation;
  /** Its last part is the run id, as in real runs. */
  readonly runFolder: string;
  readonly docker: Docker;
  /** Only what the operation under test reads has to be there. */
  readonly target?: Partial<Target>;
  readonly stepId?: string;
  readonly stage?: StageId;
  readonly attempt?: number;
  readonly secrets?: { readonly [name: string]: string };
  readonly signal?: AbortSignal;
}

/** What the harness would hand to an operator: a run plan of one step. Call it through carryOut or takeBack. */
export function stepContext(options: StepContextOptions): StepContext {
  const { operation, runFolder, docker, attempt = 1, secrets = {}, signal = new AbortController().signal } = options;
  const runId = basename(runFolder);
  const stepId = options.stepId ?? operation.kind;
  const target = (options.target ?? {}) as Target;
  const plan = planOfOneStep({ operation, stepId, stage: options.stage ?? '1.1', target });
  return {
    runId,
    stepId,
    attempt,
    plan,
    target,
    docker,
    folder: StepFolder.of({ runFolder, stepId, attempt }),
    runFolder,
    secret: (name) => {
      const value = secrets[name];
      if (value === undefined) throw new StoppointError('SECRET_MISSING', `the secret '${name}' has no value`);
      return value;
    },
    labels: { 'org.stoppoint.run': runId, 'org.stoppoint.step': stepId, 'org.stoppoint.deployment': plan.deployment },
    signal,
  };
}

function planOfOneStep({ operation, stepId, stage, target }: Pick<Step, 'operation' | 'stage'> & { stepId: string; target: Target }) {
  const { undo, whenUnknown, changesDeployment, seconds, line } = meaningOf(operation);
  const step: Step = {
    id: stepId,
    number: 1,
    stage,
    kind: operation.kind,
    summary: line(operation),
    cause: 'test',
    undo,
    whenUnknown,
    changesDeployment,
    inWindow: false,
    seconds,
    operation,
  };
  const body: Omit<RunPlan<Target>, 'hash' | 'shapeHash'> = {
    version: 1,
    deployment: 'test',
    steps: [step],
    stopPoints: [],
    limits: { budgetSeconds: 60 },
    target,
  };
  return sealPlan(body);
}
