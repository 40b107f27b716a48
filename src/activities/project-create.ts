import type { OperationOf } from '../plan/operation.js';
import { runCompose } from '../world/compose.js';
import { environmentProject } from '../world/environment-project.js';
import { orNull } from '../world/docker.js';
import { stopContainer } from '../world/container-control.js';
import { inspectProject, serviceOf } from '../world/project-containers.js';
import { StoppointError } from '../plan/diagnostic.js';
import { done, notDone, type Operator, partly } from './operator.js';

/** Containers of an environment, made before the window: inside it only `start` is left to do. */
export const projectCreate: Operator<OperationOf<'project.create'>> = {
  async capture({ docker, target }, { environment }) {
    const { project } = target.environments[environment];
    const foreign = await inspectProject(docker, { project });
    if (foreign.length === 0) return null;
    throw new StoppointError('NAME_TAKEN', `the project '${project}' has containers already, for example '${foreign[0]?.Name}'`);
  },
  async probe({ docker, target }, { environment }) {
    const { project, folder } = target.environments[environment];
    const containers = await inspectProject(docker, { project, directory: folder });
    const missing = target.observation.app.services.filter(({ name }) => !containers.some((c) => serviceOf(c) === name));
    if (containers.length === 0) return notDone(`'${project}' has no containers`);
    if (missing.length > 0) return partly(`'${project}' lacks ${missing.map(({ name }) => name).join(', ')}`);
    const other = containers.find((c) => c.Image !== target.images[serviceOf(c)]?.id);
    return other ? partly(`'${other.Name}' runs another image than the old project`) : done(`${containers.length} containers created`);
  },
  async act(step, { environment }) {
    await runCompose(environmentProject(step.target, environment), ['create', '--no-build', '--pull', 'never'], { signal: step.signal });
  },
  async evidence({ docker, target }, { environment }) {
    const { project, folder } = target.environments[environment];
    const containers = await inspectProject(docker, { project, directory: folder });
    return { facts: { project, containers: containers.length }, checks: [{ id: 'same-images', verdict: 'pass' }] };
  },
  async undo({ docker, target }, { environment }) {
    const { project, folder } = target.environments[environment];
    for (const { Id } of await inspectProject(docker, { project, directory: folder })) {
      await stopContainer(docker, Id);
      // Anonymous volumes were made with the container and belong to nobody else; named ones are external here.
      await orNull(docker.getContainer(Id).remove({ v: true }));
    }
    for (const { Id } of await docker.listNetworks({ filters: { label: [`com.docker.compose.project=${project}`] } })) {
      await orNull(docker.getNetwork(Id).remove());
    }
  },
};
