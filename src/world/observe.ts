import type Docker from 'dockerode';
import { resolve } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';
import type { Observation, ObservedHost } from '../plan/observed.js';
import type { PlanFile } from '../plan/schema.js';
import { composeVersion } from './compose.js';
import { freeBytes } from './free-bytes.js';
import { lentPorts, listeningPorts } from './host-ports.js';
import { observeProject } from './observe-project.js';

/** A read-only snapshot of the deployment and its host. Values of variables never leave this call. */
export async function observe({ planFile, home, docker }: { planFile: PlanFile; home: string; docker: Docker }): Promise<Observation> {
  const { app, database } = planFile.projects;
  const version = await engineVersion(docker);
  const compose = await composeVersion();
  const volumeBytes = await sizes(docker);
  const project = (plan: { directory: string; files: readonly string[]; running: string }) =>
    observeProject({ docker, volumeBytes, name: plan.running, directory: resolve(home, plan.directory), files: plan.files });
  return {
    version: 1,
    engine: { version, compose, rootFreeBytes: await freeBytes(home) },
    app: await project(app),
    database: await project(database),
    host: await observeHost(docker),
  };
}

export async function engineVersion(docker: Docker): Promise<string> {
  try {
    const { Version } = await docker.version();
    return Version;
  } catch (cause) {
    throw new StoppointError('DOCKER_UNREACHABLE', 'the Docker engine does not answer', { cause });
  }
}

async function observeHost(docker: Docker): Promise<ObservedHost> {
  const [containers, { Volumes }, networks, listening] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listVolumes(),
    docker.listNetworks(),
    listeningPorts(),
  ]);
  const published = containers.flatMap(({ Ports }) => Ports.map(({ PublicPort }) => PublicPort ?? 0)).filter((port) => port > 0);
  return {
    containers: containers
      .map(({ Names, Labels, State }) => ({
        name: (Names[0] ?? '').replace(/^\//, ''),
        project: Labels['com.docker.compose.project'] ?? null,
        running: State === 'running',
      }))
      .sort((a, b) => a.name.localeCompare(b.name)),
    volumes: (Volumes ?? []).map(({ Name }) => Name).sort(),
    networks: networks.map(({ Name }) => Name).sort(),
    ports: [...new Set([...published, ...listening])].sort((a, b) => a - b),
    lentPorts: await lentPorts(),
  };
}

async function sizes(docker: Docker): Promise<ReadonlyMap<string, number>> {
  const { Volumes } = (await docker.df()) as { Volumes: { Name: string; UsageData?: { Size: number } }[] | null };
  return new Map((Volumes ?? []).map(({ Name, UsageData }) => [Name, UsageData?.Size ?? 0]));
}
