import { chmod, rename, stat } from 'node:fs/promises';
import type { OperationOf } from '../plan/operation.js';
import { StoppointError } from '../plan/diagnostic.js';
import { orNull } from '../world/docker.js';
import { nameOf, inspectProject } from '../world/project-containers.js';
import { done, type Operator, partly, type StepContext } from './operator.js';

/** After sign-off: the old containers go, the legacy env files are moved aside. Volumes and backups stay. */
export const projectRetire: Operator<OperationOf<'project.retire'>> = {
  async probe(step) {
    const left = await oldContainers(step);
    const files = await legacyFiles(step);
    if (left.length === 0 && files.length === 0) return done('the old project is retired');
    return partly([...left.map(nameOf), ...files].join(', '));
  },
  async act(step) {
    for (const container of await oldContainers(step)) {
      if (container.State.Running)
        throw new StoppointError('STEP_FAILED', `'${nameOf(container)}' of the old project runs; it is not retired`);
      await orNull(step.docker.getContainer(container.Id).remove());
    }
    for (const { name, external } of step.target.observation.app.networks) {
      if (!external) await removeIfUnused(step, name);
    }
    for (const path of await legacyFiles(step)) {
      await rename(path, `${path}.retired-${step.runId}`);
      await chmod(`${path}.retired-${step.runId}`, 0o400);
    }
  },
  async evidence({ target }) {
    const { services, envFiles } = target.observation.app;
    return { facts: { containersRemoved: services.length, envFilesMoved: envFiles.length }, checks: [] };
  },
};

function oldContainers({ docker, target }: StepContext) {
  const { name, directory } = target.observation.app;
  return inspectProject(docker, { project: name, directory });
}

async function legacyFiles({ target }: StepContext): Promise<readonly string[]> {
  const exists = await Promise.all(
    target.observation.app.envFiles.map(({ path }) =>
      stat(path).then(
        () => path,
        () => null,
      ),
    ),
  );
  return exists.filter((path) => path !== null);
}

async function removeIfUnused({ docker, target }: StepContext, name: string): Promise<void> {
  const network = await orNull(docker.getNetwork(name).inspect());
  if (!network || network.Labels?.['com.docker.compose.project'] !== target.observation.app.name) return;
  if (Object.keys(network.Containers ?? {}).length === 0) await orNull(docker.getNetwork(network.Id).remove());
}
