import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Door } from '../client.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { StopPointId } from '../plan/operation.js';
import { type RunPlan, skeletonOf } from '../plan/run-plan.js';
import type { RunState } from '../plan/run-state.js';
import type { Target } from '../plan/target.js';
import { connectDocker } from '../world/docker.js';
import { heldBy, lockHolder } from '../world/host-lock.js';
import { preflight } from '../world/preflight.js';
import { createRunFolder, currentRunId, readRun, removeUnusedRunFolder, setCurrentRunId } from '../world/run-folder.js';
import { secretsOf } from '../world/secrets.js';
import { makeStateDirectory, refuseExposedStateDirectory } from '../world/state-directory.js';
import { stopPointId } from './decision.js';
import { deploymentFolders } from './deployment-folders.js';
import { withDoor } from './look.js';
import { PERSON_OPTION, personOf } from './person.js';
import { preparedPlan } from './prepared-plan.js';
import { type Answer, type Session, textOf, type Verb } from './verb.js';
import { follow } from './wait.js';

const FIRST_STEP_MS = 60_000;

export const startVerb: Verb = {
  usage: 'start [run-plan]',
  summary: 'start a run: compile the plan file, or take a saved run plan if the world still fits it',
  examples: ['stoppoint start --follow', 'stoppoint start run-plan.json --until SP4'],
  options: [
    ['--until <stop-point>', 'end the run when this stop point is released'],
    PERSON_OPTION,
    ['--follow', 'tell what happens until the run waits for a person or ends'],
    ['--wait', 'the same without a line per step'],
  ],
  run: async (session, [saved], options) => {
    const until = options['until'] === undefined ? null : stopPointId(textOf(options['until']));
    const plan = await preparedPlan({ saved, file: session.file });
    const runId = await withDoor(session, (door) => begin(session, door, { plan, until, person: personOf(session, options) }));
    if (options['follow'] !== true && options['wait'] !== true) return started(runId, plan);
    session.say(`run ${runId} of ${plan.deployment} has started`);
    const run = await readRun(session.paths.runs, runId);
    return await follow(session, run, { until: 'any', timeoutMs: null, quiet: options['follow'] !== true, fromTheStart: true });
  },
};

interface Beginning {
  readonly plan: RunPlan<Target>;
  readonly until: StopPointId | null;
  readonly person: string;
}

/** Refuses what can be refused before anything is made, then starts the workflow and waits for its first step. */
async function begin(session: Session, door: Door, { plan, until, person }: Beginning): Promise<string> {
  const { deployment } = plan;
  await refuseExposedStateDirectory(session.paths.root, deploymentFolders(plan.target));
  const docker = connectDocker();
  const holder = await lockHolder(docker, plan.target.lockContainer);
  if (holder !== null) throw heldBy(plan.target.lockContainer, holder);
  if ((await door.workers()).length === 0) throw new StoppointError('NO_WORKER', "no worker asks for this host's work");

  // The second step looks at all this again; here a refusal leaves nothing behind, not even an empty state directory.
  await preflight(docker, {
    target: plan.target,
    stateFolder: session.paths.root,
    bytesNeeded: bytesNeeded(plan),
    secret: secretsOf(plan.target),
  });
  const paths = await makeStateDirectory(session.paths.root);
  const runId = randomBytes(4).toString('hex');
  const folder = await createRunFolder({ runs: paths.runs, runId, plan });
  const before = await currentRunId(paths.current, deployment);
  try {
    await setCurrentRunId(paths.current, deployment, runId);
    await door.start({ runId, plan: skeletonOf(plan), startedBy: person, until });
  } catch (error) {
    if (before) await setCurrentRunId(paths.current, deployment, before);
    if (error instanceof StoppointError && error.code === 'ALREADY_RUNNING') await removeUnusedRunFolder(folder);
    throw error;
  }
  await firstStep(door, plan, runId);
  return runId;
}

function bytesNeeded({ steps }: RunPlan<Target>): number {
  return Math.max(0, ...steps.map(({ operation }) => (operation.kind === 'prerequisites.check' ? operation.bytesNeeded : 0)));
}

/** Another Temporal server's run shows itself only now: the first step takes the host's lock. */
async function firstStep(door: Door, plan: RunPlan, runId: string): Promise<void> {
  const deadline = Date.now() + FIRST_STEP_MS;
  const first = plan.steps[0]?.id ?? '';
  while (Date.now() < deadline) {
    const state = await door.status(plan.deployment).catch(() => null);
    const step = state?.runId === runId ? state.steps[first] : undefined;
    if (state?.outcome === 'refused') throw refusedBy(state, first);
    if (step?.status === 'done' || step?.status === 'failed') return;
    await pause(150);
  }
  throw new StoppointError('NO_WORKER', `run '${runId}' is started, but its first step has not ended in ${FIRST_STEP_MS / 1000} s`, {
    next: "look at 'stoppoint status'; it goes on when a worker comes",
  });
}

function refusedBy(state: RunState, first: string): StoppointError {
  const failure = state.steps[first]?.failure;
  return new StoppointError('LOCK_HELD', failure?.message ?? 'another run holds this deployment', failure ? { next: failure.next } : {});
}

function started(runId: string, plan: RunPlan): Answer {
  const text = [`run ${runId} of ${plan.deployment} has started`, 'next: stoppoint status', ''].join('\n');
  const document = { version: 1, kind: 'start', runId, deployment: plan.deployment, planHash: plan.hash } as const;
  return { exitCode: 0, text, document };
}
