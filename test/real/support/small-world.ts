import type Docker from 'dockerode';
import { restartPolicyOf, restartText } from '../../../src/world/restart-policy.js';

/** What the engine has whose name holds `id`: equal before a step and after its undo. */
export async function worldOf(docker: Docker, id: string): Promise<unknown> {
  const mine = (name: string) => name.includes(id);
  const listed = (await docker.listContainers({ all: true })).filter(({ Names }) => Names.some(mine));
  const containers = await Promise.all(listed.map(async ({ Id }) => await docker.getContainer(Id).inspect()));
  return {
    containers: Object.fromEntries(
      containers.map((one) => [
        one.Name,
        {
          running: one.State.Running,
          // One that does not run was created and never started, or is fenced.
          restart: one.State.Running ? restartText(restartPolicyOf(one)) : 'off',
          networks: Object.keys(one.NetworkSettings.Networks).sort(),
          mounts: one.Mounts.map(({ Name: volume = '', Source, Destination }) => `${volume || Source}:${Destination}`).sort(),
        },
      ]),
    ),
    networks: (await docker.listNetworks())
      .map(({ Name }) => Name)
      .filter(mine)
      .sort(),
    volumes: (await docker.listVolumes()).Volumes.map(({ Name }) => Name)
      .filter(mine)
      .sort(),
  };
}
