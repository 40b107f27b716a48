import type Docker from 'dockerode';
import { again } from './again.js';
import type { RestartPolicy } from './restart-policy.js';

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

/** 304: it was in the wanted state before, which is no error. */
function unlessAlready(error: unknown): void {
  if ((error as { statusCode?: number }).statusCode !== 304) throw error;
}
