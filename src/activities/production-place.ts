import { type ProjectPlace, projectContainers } from '../world/project-containers.js';
import type { StepContext } from './operator.js';

/** The project that serves production now: the new one once it runs, before that the old one. */
export async function productionPlace({ docker, target }: StepContext): Promise<ProjectPlace> {
  const { project, folder } = target.environments.production;
  const next = { project, directory: folder };
  const { name, directory } = target.observation.app;
  const runs = (await projectContainers(docker, next)).some(({ status }) => status === 'running');
  return runs ? next : { project: name, directory };
}

export function stagingPlace({ target }: StepContext): ProjectPlace {
  const { project, folder } = target.environments.staging;
  return { project, directory: folder };
}
