import type Docker from 'dockerode';
import { StoppointError } from '../plan/diagnostic.js';
import { isConflict, orNull } from './docker.js';

const RUN_LABEL = 'org.stoppoint.run';

/**
 * One run at a time on this host, whatever Temporal server it uses: a container that is never started.
 * Creating one by name is atomic in the engine, and it outlives every process of ours.
 */
export async function takeHostLock(
  docker: Docker,
  { container, image, labels }: { container: string; image: string; labels: { readonly [label: string]: string } },
): Promise<void> {
  try {
    await docker.createContainer({
      name: container,
      Image: image,
      Cmd: ['true'],
      Labels: { ...labels },
      HostConfig: { NetworkMode: 'none' },
    });
  } catch (error) {
    if (!isConflict(error)) throw error;
    const holder = await lockHolder(docker, container);
    if (holder !== labels[RUN_LABEL]) throw heldBy(container, holder);
  }
}

/** The run that holds the lock; null when nobody does; '' when the container is not a lock of ours. */
export async function lockHolder(docker: Docker, container: string): Promise<string | null> {
  const found = await orNull(docker.getContainer(container).inspect());
  return found ? (found.Config.Labels[RUN_LABEL] ?? '') : null;
}

export async function releaseHostLock(docker: Docker, container: string, runId: string): Promise<void> {
  if ((await lockHolder(docker, container)) === runId) await orNull(docker.getContainer(container).remove());
}

export function heldBy(container: string, holder: string | null): StoppointError {
  const next = holder
    ? `follow it with 'stoppoint status'; when that run is gone for good, 'docker rm ${container}' frees the deployment`
    : `look at the container '${container}' and remove it when nobody needs it`;
  return new StoppointError('LOCK_HELD', `the deployment is held by run '${holder || 'unknown'}' (container '${container}')`, { next });
}
