import type Docker from 'dockerode';
import type { ContainerInspectInfo } from 'dockerode';
import { orNull } from './docker.js';
import { restartPolicyOf, restartText } from './restart-policy.js';

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
  /** Restart policy: `no`, `always`, `unless-stopped`, `on-failure`, `on-failure:3`. */
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

/** The facts of all containers of a project. */
export async function projectContainers(docker: Docker, place: ProjectPlace): Promise<readonly ProjectContainer[]> {
  return (await inspectProject(docker, place)).map(factsOf);
}

/**
 * All that the engine tells of a project's containers, found by their labels, in the order of their services; one-off
 * ones (`run`) are left out. Without a directory it is whoever carries the project's name.
 */
export async function inspectProject(
  docker: Docker,
  { project, directory }: { readonly project: string; readonly directory?: string },
): Promise<readonly ContainerInspectInfo[]> {
  // An image that Compose built has its project's labels, and so has whatever is made of it: a throw-away container, the
  // lock of a run. Only Compose's own containers have this one.
  const label = [`com.docker.compose.project=${project}`, 'com.docker.compose.oneoff=False'];
  if (directory) label.push(`com.docker.compose.project.working_dir=${directory}`);
  const found = await docker.listContainers({ all: true, filters: { label } });
  // Between list and inspect a container may go.
  const inspected = await Promise.all(found.map(({ Id }) => orNull(docker.getContainer(Id).inspect())));
  return inspected
    .filter((one) => one !== null)
    .sort((a, b) => serviceOf(a).localeCompare(serviceOf(b)) || nameOf(a).localeCompare(nameOf(b)));
}

export function serviceOf(container: ContainerInspectInfo): string {
  return container.Config.Labels['com.docker.compose.service'] ?? '';
}

/** Compose's own name of the container, without the slash that the engine puts before it. */
export function nameOf(container: ContainerInspectInfo): string {
  return container.Name.replace(/^\//, '');
}

export async function containerFacts(docker: Docker, id: string): Promise<ProjectContainer | null> {
  const found = await orNull(docker.getContainer(id).inspect());
  return found && factsOf(found);
}

function factsOf(c: ContainerInspectInfo): ProjectContainer {
  const appEnv = (c.Config.Env ?? []).find((pair) => pair.startsWith('APP_ENV='));
  return {
    id: c.Id,
    name: nameOf(c),
    project: c.Config.Labels['com.docker.compose.project'] ?? '',
    service: serviceOf(c),
    workingDir: c.Config.Labels['com.docker.compose.project.working_dir'] ?? '',
    status: c.State.Status,
    exitCode: c.State.ExitCode,
    startedAt: c.State.StartedAt,
    createdAt: c.Created,
    restartCount: c.RestartCount,
    restart: restartText(restartPolicyOf(c)),
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
