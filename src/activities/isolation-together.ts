import type { CheckResult } from '../plan/checks.js';
import type { Evidence } from '../plan/evidence.js';
import type { OperationOf } from '../plan/operation.js';
import type { ServiceCheck } from '../plan/schema.js';
import { startContainer, stopContainer } from '../world/container-control.js';
import { projectContainers } from '../world/project-containers.js';
import { databasePlace } from './both-databases.js';
import { done, looking, type Operator, type StepContext } from './operator.js';
import { productionPlace, stagingPlace } from './production-place.js';
import { check, restartProblems, settled } from './project-state.js';
import { answersOf } from './service-answers.js';
import { bothSides, networksApart, volumesApart } from './separation.js';

/** Containers that this step stops: written before it does, so that any later attempt starts them again. */
interface Intent {
  readonly stopped: readonly string[];
}

const INTENT = 'staging-stopped.json';
const SECONDS = 60;

/** Both environments at once: staging is stopped and started again, and production does not notice. */
export const isolationTogether: Operator<OperationOf<'isolation.together'>> = {
  ...looking(look),
  // A rollback may come where a retry was expected: staging must not stay down because we looked.
  undo: (step) => startAgain(step),
  probeUndone: async () => done('what was stopped is started again'),
};

async function look(step: StepContext): Promise<Evidence> {
  await startAgain(step);
  const both = await bothRun(step);
  const apart = [volumesApart('separate-volumes', await bothSides(step)), networksApart('separate-networks', await bothSides(step))];
  // Stopping a staging that shares something with production would be the harm that this step looks for.
  if ([both, ...apart].some(({ verdict }) => verdict !== 'pass')) return { facts: { stopped: false }, checks: [both, ...apart] };

  const unaffected = await whileStopped(step, () => productionUnaffected(step));
  const back = await stagingBack(step);
  return { facts: { stopped: true }, checks: [both, unaffected, back, ...apart] };
}

async function bothRun(step: StepContext): Promise<CheckResult> {
  const [production, staging] = [await productionPlace(step), stagingPlace(step)];
  const problems = [
    ...(await problemsOf(step, 'production', { ...production, seconds: SECONDS })),
    ...(await problemsOf(step, 'staging', { ...staging, seconds: SECONDS })),
  ];
  return check('both-run', 'every check of both passes at the same time, each on its own ports', problems, 'they do');
}

/** Compared is what is under way across the stop: the same containers, started when they were before. */
async function productionUnaffected(step: StepContext): Promise<() => Promise<CheckResult>> {
  const place = await productionPlace(step);
  const look = async () => [
    ...(await projectContainers(step.docker, place)),
    ...(await projectContainers(step.docker, databasePlace(step, 'production'))),
  ];
  const before = await look();
  return async () => {
    const after = await look();
    const stillUp = (await projectContainers(step.docker, stagingPlace(step))).filter(({ status }) => status === 'running');
    const problems = [
      ...stillUp.map(({ name }) => `${name} was not stopped`),
      ...restartProblems(before, after),
      ...(await problemsOf(step, 'production', { ...place, seconds: 5 })),
    ];
    return check(
      'production-unaffected',
      'same containers, never restarted, every check passes while staging is stopped',
      problems,
      `${before.length} containers`,
    );
  };
}

async function whileStopped(step: StepContext, prepare: () => Promise<() => Promise<CheckResult>>): Promise<CheckResult> {
  const look = await prepare();
  const running = (await projectContainers(step.docker, stagingPlace(step))).filter(({ status }) => status === 'running');
  await step.folder.write(INTENT, { stopped: running.map(({ id }) => id) } satisfies Intent);
  try {
    await Promise.all(running.map(({ id }) => stopContainer(step.docker, id)));
    return await look();
  } finally {
    // Also when this attempt is cancelled: nothing here listens to the step's signal.
    await startAgain(step);
  }
}

/** Whatever an attempt of this step stopped. Starting what runs is no error. */
async function startAgain(step: StepContext): Promise<void> {
  const intent = await step.folder.read<Intent>(INTENT);
  if (!intent) return;
  await Promise.all(intent.stopped.map((id) => startContainer(step.docker, id)));
  await step.folder.write(INTENT, { stopped: [] } satisfies Intent);
}

async function stagingBack(step: StepContext): Promise<CheckResult> {
  const problems = await problemsOf(step, 'staging', { ...stagingPlace(step), seconds: SECONDS });
  return check('staging-back', 'every check of staging passes again', problems, 'they do');
}

async function problemsOf(
  step: StepContext,
  environment: 'production' | 'staging',
  { seconds, ...place }: { project: string; directory: string; seconds: number },
): Promise<readonly string[]> {
  const { checks } = step.target.planFile.content;
  const asked: readonly ServiceCheck[] = [...checks.both, ...checks[environment]].filter((one) => !('log' in one));
  const { problems } = await settled(step, place, seconds);
  const results = await answersOf(step, { ...place, checks: asked, seconds });
  const failed = results.filter(({ verdict }) => verdict !== 'pass').map(({ id, live }) => `${id}: ${live ?? 'failed'}`);
  return [...problems, ...failed].map((problem) => `${environment}: ${problem}`);
}
