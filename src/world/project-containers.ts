import type Docker from 'dockerode';
import { orNull } from './docker.js';

/** One container of a Compose project, as its labels and the engine tell. */
export interface ProjectContainer {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly service: string;
  /** Folder that Compose was run in. */
  readonly workingDir: string;
  /** `running`, `exited`, `restarting`, `created`, `paused`, `dead`. */
  readonly status: string;
  readonly exitCode: number;
  readonly startedAt: string;
  readonly createdAt: string;
  readonly restartCount: number;
  /** Restart policy: `no`, `always`, `unless-stopped`, `on-failure`. */
  readonly restart: string;
  /** `healthy`, `starting`, `unhealthy`; null without a health check. */
  readonly health: string | null;
  readonly published: readonly PublishedPort[];
  /** Network name → network id. */
  readonly networks: { readonly [name: string]: string };
  readonly volumes: readonly string[];
  /** Sources of bind mounts that can be written. */
  readonly writableBinds: readonly string[];
  /** Value of APP_ENV, which is no secret; null without one. */
  readonly appEnv: string | null;
}

export interface PublishedPort {
  readonly target: number;
  readonly hostIp: string;
  readonly published: number;
}

/** A Compose project: its name alone is no proof, since two folders may carry the same. */
export interface ProjectPlace {
  readonly project: string;
  readonly directory: string;
}

/** All containers of a project, by its labels, in the order of their services; one-off ones (`run`) are left out. */
export async function projectContainers(docker: Docker, { project, directory }: ProjectPlace): Promise<readonly ProjectContainer[]> {
  const label = [`com.docker.compose.project=${project}`, `com.docker.compose.project.working_dir=${directory}`];
  const found = await docker.listContainers({ all: true, filters: { label } });
  const kept = found.filter(({ Labels }) => Labels['com.docker.compose.oneoff'] !== 'True');
  // Between list and inspect a container may go.
  const inspected = await Promise.all(kept.map(({ Id }) => orNull(docker.getContainer(Id).inspect())));
  return inspected
    .filter((one) => one !== null)
    .map(factsOf)
    .sort((a, b) => (a.service + a.name < b.service + b.name ? -1 : 1));
}

export async function containerFacts(docker: Docker, id: string): Promise<ProjectContainer | null> {
  const found = await orNull(docker.getContainer(id).inspect());
  return found && factsOf(found);
}

function factsOf(c: Docker.ContainerInspectInfo): ProjectContainer {
  const appEnv = (c.Config.Env ?? []).find((pair) => pair.startsWith('APP_ENV='));
  return {
    id: c.Id,
    name: c.Name.replace(/^\//, ''),
    project: c.Config.Labels['com.docker.compose.project'] ?? '',
    service: c.Config.Labels['com.docker.compose.service'] ?? '',
    workingDir: c.Config.Labels['com.docker.compose.project.working_dir'] ?? '',
    status: c.State.Status,
    exitCode: c.State.ExitCode,
    startedAt: c.State.StartedAt,
    createdAt: c.Created,
    restartCount: c.RestartCount,
    restart: c.HostConfig.RestartPolicy?.Name || 'no',
    health: c.State.Health && c.State.Health.Status !== 'none' ? c.State.Health.Status : null,
    published: Object.entries(c.NetworkSettings.Ports ?? {}).flatMap(([port, bindings]) =>
      port.endsWith('/tcp')
        ? (bindings ?? []).map((b) => ({ target: Number.parseInt(port, 10), hostIp: b.HostIp, published: Number(b.HostPort) }))
        : [],
    ),
    networks: Object.fromEntries(Object.entries(c.NetworkSettings.Networks).map(([name, { NetworkID }]) => [name, NetworkID])),
    volumes: c.Mounts.flatMap((mount) => (mount.Type === 'volume' && mount.Name ? [mount.Name] : [])),
    writableBinds: c.Mounts.flatMap((mount) => (mount.Type === 'bind' && mount.RW ? [mount.Source] : [])),
    appEnv: appEnv?.slice('APP_ENV='.length) ?? null,
  };
}
