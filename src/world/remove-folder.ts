import type Docker from 'dockerode';
import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { orNull } from './docker.js';

interface ThrowAway {
  readonly docker: Docker;
  readonly image: string;
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
}

/** Removes a folder of ours; what containers wrote under other users goes by a throw-away container. */
export async function removeFolder(path: string, throwAway: ThrowAway): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    await removeAsRoot(path, throwAway);
  }
}

async function removeAsRoot(path: string, { docker, image, name, labels }: ThrowAway): Promise<void> {
  await orNull(docker.getContainer(name).remove({ force: true }));
  const container = await docker.createContainer({
    name,
    Image: image,
    User: '0',
    Entrypoint: ['rm', '-rf', '--one-file-system', '--', `/parent/${basename(path)}`],
    Cmd: [],
    Labels: { ...labels },
    HostConfig: { NetworkMode: 'none', Binds: [`${dirname(path)}:/parent`] },
  });
  try {
    await container.start();
    await container.wait();
  } finally {
    await container.remove({ force: true });
  }
}
