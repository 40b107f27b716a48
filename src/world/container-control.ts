import type Docker from 'dockerode';
import type { ContainerInspectInfo } from 'dockerode';
import { again } from './again.js';

/** A project's containers, read from labels. `directory` narrows it to the one that was made from that folder. */
export async function inspectProject(
  docker: Docker,
  { project, directory }: { project: string; directory?: string },
): Promise<readonly ContainerInspectInfo[]> {
  const label = [`com.docker.compose.project=${project}`, 'com.docker.compose.oneoff=False'];
  if (directory) label.push(`com.docker.compose.project.working_dir=${directory}`);
  const found = await docker.listContainers({ all: true, filters: { label } });
  const all = await Promise.all(found.map(({ Id }) => docker.getContainer(Id).inspect()));
  return all.sort((a, b) => serviceOf(a).localeCompare(serviceOf(b)));
}

export function serviceOf(container: ContainerInspectInfo): string {
  return container.Config.Labels['com.docker.compose.service'] ?? '';
}

/** Compose's own name of the container, without the slash that the engine puts before it. */
export function nameOf(container: ContainerInspectInfo): string {
  return container.Name.replace(/^\//, '');
}

export async function startContainer(docker: Docker, id: string): Promise<void> {
  // A port that was published a moment ago may not be free yet.
  await again(5, () => docker.getContainer(id).start().catch(unlessAlready));
}

export async function stopContainer(docker: Docker, id: string): Promise<void> {
  await docker.getContainer(id).stop().catch(unlessAlready);
}

export async function setRestart(docker: Docker, id: string, { Name, MaximumRetryCount }: RestartPolicy): Promise<void> {
  await docker.getContainer(id).update({ RestartPolicy: { Name: Name || 'no', MaximumRetryCount: MaximumRetryCount ?? 0 } });
}

export interface RestartPolicy {
  readonly Name: string;
  readonly MaximumRetryCount?: number | undefined;
}

export const NEVER_RESTART: RestartPolicy = { Name: 'no' };

/** 304: it was in the wanted state before, which is no error. */
function unlessAlready(error: unknown): void {
  if ((error as { statusCode?: number }).statusCode !== 304) throw error;
}
