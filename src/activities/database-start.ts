import type Docker from 'dockerode';
import type { CheckResult } from '../plan/checks.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { OperationOf } from '../plan/operation.js';
import { again } from '../world/again.js';
import { runCompose } from '../world/compose.js';
import { orNull } from '../world/docker.js';
import { databaseProject } from '../world/environment-project.js';
import { type ProjectContainer, projectContainers } from '../world/project-containers.js';
import { sqlNumber } from '../world/psql.js';
import { waitUntil } from '../world/wait-until.js';
import { askGateway, clusterOf, databasePlace, type GatewayKey, gatewayKey, sqlOptions } from './both-databases.js';
import { done, notDone, type Operator, partly, type StepContext } from './operator.js';
import { check } from './project-state.js';
import { projectThings, type Things } from './project-things.js';

const SECONDS = 180;
const REFUSED = [401, 403];

/** Staging's own database project: up when its gateway takes its own keys and refuses production's. */
export const databaseStart: Operator<OperationOf<'database.start'>, Things> = {
  async capture(step) {
    const there = await projectThings(step.docker, step.target.database.project);
    const strangers = [...there.containers, ...there.volumes, ...there.networks];
    if (strangers.length === 0) return there;
    const { project } = step.target.database;
    throw new StoppointError('NAME_TAKEN', `the project '${project}' is there already: '${strangers[0]}'`, {
      next: "remove it, or choose another 'database-project' in the plan file",
    });
  },

  async probe(step) {
    const containers = await projectContainers(step.docker, databasePlace(step, 'staging'));
    if (containers.length === 0) return notDone('it has no containers');
    const down = notUp(containers);
    if (down.length > 0) return partly(`not up: ${down.join(', ')}`);
    const failed = (await answers(step)).filter(({ verdict }) => verdict !== 'pass');
    return failed.length === 0 ? done(`${containers.length} containers run and answer`) : partly(failed.map(({ id }) => id).join(', '));
  },

  async act(step) {
    // Ports of the kernel's ephemeral range can be held by an outgoing connection for a moment.
    await again(
      3,
      () => runCompose(databaseProject(step.target), ['up', '--detach', '--no-build', '--pull', 'never'], { signal: step.signal }),
      step.signal,
    );
    const place = databasePlace(step, 'staging');
    const waiting = { what: `the containers of '${place.project}'`, seconds: SECONDS, everyMs: 300, signal: step.signal };
    await waitUntil(async () => allUp(await projectContainers(step.docker, place)), waiting);
    const answer = { what: `the gateway of '${place.project}'`, seconds: SECONDS, everyMs: 300, signal: step.signal };
    // Its parts may still be looking for each other; the evidence says what was missing in the end.
    await waitUntil(async () => (await answers(step)).every(({ verdict }) => verdict === 'pass'), answer).catch(unlessTime);
  },

  async evidence(step) {
    const containers = await projectContainers(step.docker, databasePlace(step, 'staging'));
    return {
      facts: { project: step.target.database.project, containers: containers.length },
      checks: [...(await answers(step)), await network(step)],
    };
  },

  async undo(step) {
    const { project, directory } = databasePlace(step, 'staging');
    const mine = await projectContainers(step.docker, { project, directory });
    await Promise.all(mine.map(({ id }) => orNull(step.docker.getContainer(id).remove({ force: true, v: true }))));
    const left = await projectThings(step.docker, project);
    if (left.containers.length > 0) {
      throw new StoppointError('UNDO_NOT_PROVEN', `'${left.containers[0]}' carries the name '${project}', but comes from another folder`);
    }
    // Nothing of this name was there before, and each is removed by its exact name.
    for (const name of left.volumes) await orNull(step.docker.getVolume(name).remove());
    for (const name of left.networks) await removeNetwork(step.docker, name);
  },

  async probeUndone(step) {
    const { containers, volumes, networks } = await projectThings(step.docker, step.target.database.project);
    const left = [...containers, ...volumes, ...networks];
    return left.length === 0 ? done('nothing is left') : partly(`left: ${left.slice(0, 6).join(', ')}`);
  },
};

/** A container without a health check is up when it runs; one that ended with 0 has done its work. */
function notUp(containers: readonly ProjectContainer[]): readonly string[] {
  const down = containers.filter(({ status, health, exitCode }) =>
    status === 'running' ? health !== null && health !== 'healthy' : status !== 'exited' || exitCode !== 0,
  );
  return containers.length === 0 ? ['all'] : down.map(({ name }) => name);
}

/** Without a restart policy nobody starts an ended container again: the deadline need not be waited for. */
function allUp(containers: readonly ProjectContainer[]): boolean {
  const ended = containers.find(({ status, exitCode, restart }) => status === 'exited' && exitCode !== 0 && restart === 'no');
  if (ended)
    throw new StoppointError('STEP_FAILED', `'${ended.name}' ended with ${ended.exitCode}`, {
      next: `look at 'docker logs ${ended.name}', then retry`,
    });
  return notUp(containers).length === 0;
}

async function answers(step: StepContext): Promise<readonly CheckResult[]> {
  return [await accepts(step, 'anon'), await accepts(step, 'service'), await refuses(step), await postgres(step)];
}

async function accepts(step: StepContext, key: GatewayKey): Promise<CheckResult> {
  const answer = await askGateway(step, 'staging', await gatewayKey(step, 'staging', key));
  return check(`gateway-answers:${key}`, 'a request with its own key is answered with 200', answer === 200 ? [] : [`${answer}`], '200');
}

/** Both of production's keys: one that staging takes would open production to whoever has staging's. */
async function refuses(step: StepContext): Promise<CheckResult> {
  const got = await Promise.all(
    (['anon', 'service'] as const).map(async (key) => askGateway(step, 'staging', await gatewayKey(step, 'production', key))),
  );
  const problems = got.filter((answer) => !REFUSED.includes(Number(answer))).map(String);
  return check('gateway-refuses:production-key', "production's keys are refused", problems, got.join(', '));
}

async function postgres(step: StepContext): Promise<CheckResult> {
  const answer = await clusterOf(step, 'staging')
    .then((cluster) => sqlNumber(cluster, 'SELECT 1;', sqlOptions(step)))
    .catch((error: unknown) => (error instanceof StoppointError ? error.message : Promise.reject(error as Error)));
  return check('postgres-answers', 'SELECT 1 gives 1', answer === 1 ? [] : [String(answer)], 'it does');
}

async function network({ docker, target }: StepContext): Promise<CheckResult> {
  const found = await orNull(docker.getNetwork(target.database.network).inspect());
  const mine = found?.Labels?.['com.docker.compose.project'] === target.database.project;
  const problem = found ? `'${target.database.network}' belongs to somebody else` : `there is no network '${target.database.network}'`;
  return check('network-exists', `network '${target.database.network}'`, mine ? [] : [problem], 'there');
}

async function removeNetwork(docker: Docker, name: string): Promise<void> {
  await orNull(docker.getNetwork(name).remove());
}

function unlessTime(error: unknown): void {
  if (!(error instanceof StoppointError) || error.code !== 'STEP_TIMED_OUT') throw error;
}
