import type Docker from 'dockerode';

/** Names of everything on this host that carries a Compose project's name as its label. */
export interface Things {
  readonly containers: readonly string[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
}

/** The label is compared here, word for word: the engine's filters have matched parts of names before. */
export async function projectThings(docker: Docker, project: string): Promise<Things> {
  const filters = { label: [`com.docker.compose.project=${project}`] };
  const mine = ({ Labels }: { Labels?: { readonly [label: string]: string } | null }) => Labels?.['com.docker.compose.project'] === project;
  const [containers, volumes, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listVolumes({ filters }),
    docker.listNetworks({ filters }),
  ]);
  return {
    containers: containers.filter(mine).map(({ Names, Id }) => Names[0]?.replace(/^\//, '') ?? Id),
    volumes: (volumes.Volumes ?? []).filter(mine).map(({ Name }) => Name),
    networks: networks.filter(mine).map(({ Name }) => Name),
  };
}
