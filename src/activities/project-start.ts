import type { ContainerInspectInfo } from 'dockerode';
import { StoppointError } from '../plan/diagnostic.js';
import type { OperationOf } from '../plan/operation.js';
import { startWaves } from '../plan/start-order.js';
import { setRestart, startContainer, stopContainer } from '../world/container-control.js';
import { nameOf, inspectProject, serviceOf } from '../world/project-containers.js';
import { isFenced, NEVER_RESTART, parseRestart, restartPolicyOf, restartText } from '../world/restart-policy.js';
import { clustersUnchanged } from './clusters-unchanged.js';
import { done, notDone, type Operator, partly, type StepContext } from './operator.js';

/** Starts what was created, in dependency order, without Compose: its own waits cost more than half of a window. */
export const projectStart: Operator<OperationOf<'project.start'>> = {
  async probe(step, { environment }) {
    const containers = await own(step, environment);
    const down = containers.filter((c) => !c.State.Running && !hasEndedAsBefore(step, c));
    if (containers.length === 0) return notDone('no containers were created');
    if (down.length === 0) return done(`${containers.length} containers run`);
    const names = down.map(nameOf).join(', ');
    return down.length === containers.length ? notDone(`none runs: ${names}`) : partly(`not running: ${names}`);
  },
  async act(step, { environment }) {
    if (environment === 'production') await demandFence(step);
    const containers = await own(step, environment);
    const { services } = step.target.observation.app;
    for (const wave of startWaves(services)) {
      await Promise.all(
        containers
          .filter((c) => wave.includes(serviceOf(c)))
          .map(async (c) => {
            await liftFence(step, c);
            await startContainer(step.docker, c.Id);
          }),
      );
    }
  },
  async evidence(step, { environment }) {
    const containers = await own(step, environment);
    return {
      facts: { project: step.target.environments[environment].project, running: containers.filter((c) => c.State.Running).length },
      checks: environment === 'production' ? await clustersUnchanged(step, containers) : [],
    };
  },
  async undo(step, { environment }) {
    const containers = await own(step, environment);
    // `always` would bring them back with the daemon, beside the old project on the same volumes.
    await Promise.all(containers.map(({ Id }) => setRestart(step.docker, Id, NEVER_RESTART)));
    await Promise.all(containers.map(({ Id }) => stopContainer(step.docker, Id)));
  },
  async probeUndone(step, { environment }) {
    const up = (await own(step, environment)).filter(({ State }) => State.Running);
    return up.length === 0 ? done('none runs') : partly(`still running: ${up.map(nameOf).join(', ')}`);
  },
};

function own({ docker, target }: StepContext, environment: 'production' | 'staging'): Promise<readonly ContainerInspectInfo[]> {
  const { project, folder } = target.environments[environment];
  return inspectProject(docker, { project, directory: folder });
}

/**
 * Only a service that had ended in the old project may have ended here. A server that was stopped by an undo
 * ended with 0, too: it must not look started to the next attempt.
 */
function hasEndedAsBefore({ target }: StepContext, container: ContainerInspectInfo): boolean {
  const { ExitCode, FinishedAt } = container.State;
  const old = target.observation.app.services.find(({ name }) => name === serviceOf(container));
  return old?.running === false && ExitCode === 0 && Boolean(FinishedAt) && !FinishedAt.startsWith('0001');
}

/** After an undo the container is fenced. One that is not keeps the policy that Compose gave it. */
async function liftFence({ docker, target }: StepContext, container: ContainerInspectInfo): Promise<void> {
  const wanted = target.observation.app.services.find(({ name }) => name === serviceOf(container))?.restart ?? 'no';
  const now = restartPolicyOf(container);
  // A run plan from before the count was observed says `on-failure` of a container that has one.
  if (restartText(now) !== wanted && now.Name !== wanted) await setRestart(docker, container.Id, parseRestart(wanted));
}

/** Two servers on one volume both answer, and destroy it: the old ones must be down and stay down. */
async function demandFence({ docker, target }: StepContext): Promise<void> {
  const old = await inspectProject(docker, { project: target.observation.app.name, directory: target.observation.app.directory });
  const unfenced = old.filter((c) => c.State.Running || !isFenced(c));
  if (unfenced.length === 0) return;
  throw new StoppointError('STEP_FAILED', `the old project is not fenced: ${unfenced.map(nameOf).join(', ')}`);
}
