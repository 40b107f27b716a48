import type Docker from 'dockerode';
import { carryOut, takeBack } from '../../../src/activities/harness.js';
import { OPERATORS } from '../../../src/activities/index.js';
import type { StepContext } from '../../../src/activities/operator.js';
import { StepFolder } from '../../../src/activities/step-folder.js';
import type { OperationKind } from '../../../src/plan/operation.js';
import type { RunPlan } from '../../../src/plan/run-plan.js';
import type { Target } from '../../../src/plan/target.js';
import { secretsOf } from '../../../src/world/secrets.js';

/** The kinds of step that make the files of both environments, and what goes with them. */
export const FILE_KINDS: readonly OperationKind[] = [
  'database.files',
  'folder.make',
  'env-files.write',
  'compose.write',
  'images.pin',
  'volumes.make',
];

/** Carries out and takes back single steps of a run plan, as the harness does, without Temporal. */
export class Steps {
  readonly plan: RunPlan<Target>;
  readonly docker: Docker;
  readonly runFolder: string;
  /** The cutover attempt: each has step folders of its own. */
  attempt = 1;

  constructor(options: { readonly plan: RunPlan<Target>; readonly docker: Docker; readonly runFolder: string }) {
    this.plan = options.plan;
    this.docker = options.docker;
    this.runFolder = options.runFolder;
  }

  context(kind: OperationKind, part = ''): StepContext {
    const step = this.plan.steps.find((one) => one.kind === kind && one.id.includes(part));
    if (!step) throw new Error(`the plan has no step '${kind}' with '${part}'`);
    const runId = `t${this.plan.hash.slice(0, 8)}`;
    const { runFolder, attempt } = this;
    return {
      runId,
      stepId: step.id,
      attempt,
      plan: this.plan,
      target: this.plan.target,
      docker: this.docker,
      runFolder,
      folder: StepFolder.of({ runFolder, stepId: step.id, attempt }),
      secret: secretsOf(this.plan.target),
      labels: { 'org.stoppoint.run': runId, 'org.stoppoint.step': step.id, 'org.stoppoint.deployment': this.plan.deployment },
      signal: new AbortController().signal,
    };
  }

  /** Kind and id of each step of these kinds, in the plan's order. */
  ofKinds(kinds: readonly OperationKind[]): readonly (readonly [OperationKind, string])[] {
    return this.plan.steps.filter(({ kind }) => kinds.includes(kind)).map(({ kind, id }) => [kind, id]);
  }

  async forward(kind: OperationKind, part = '') {
    return await carryOut(OPERATORS[kind] as never, this.context(kind, part));
  }

  async back(kind: OperationKind, part = '') {
    return await takeBack(OPERATORS[kind] as never, this.context(kind, part));
  }
}
