import type Docker from 'dockerode';

/** What the engine has whose name holds `id`: equal before a step and after its undo. */
export async function worldOf(docker: Docker, id: string): Promise<unknown> {
  const mine = (name: string) => name.includes(id);
  const listed = (await docker.listContainers({ all: true })).filter(({ Names }) => Names.some(mine));
  const containers = await Promise.all(listed.map(async ({ Id }) => await docker.getContainer(Id).inspect()));
  return {
    containers: Object.fromEntries(
      containers.map(({ Name, State, HostConfig, NetworkSettings, Mounts }) => [
        Name,
        {
          running: State.Running,
          // One that does not run was created and never started, or is fenced.
          restart: State.Running ? HostConfig.RestartPolicy?.Name || 'no' : 'off',
          networks: Object.keys(NetworkSettings.Networks).sort(),
          mounts: Mounts.map(({ Name: volume = '', Source, Destination }) => `${volume || Source}:${Destination}`).sort(),
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
