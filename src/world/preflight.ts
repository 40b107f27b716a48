import type Docker from 'dockerode';
import { createServer } from 'node:net';
import { StoppointError } from '../plan/diagnostic.js';
import type { Target } from '../plan/target.js';
import { wantedNames } from '../plan/wanted-names.js';
import { freeBytes } from './free-bytes.js';
import { listeningPorts } from './host-ports.js';

/**
 * What must be free or there before anything is made: staging's ports and names, the disk, the secrets.
 * Throws the first thing that is wrong; changes nothing.
 */
export async function preflight(
  docker: Docker,
  {
    target,
    stateFolder,
    bytesNeeded,
    secret,
  }: { target: Target; stateFolder: string; bytesNeeded: number; secret: (name: string) => string },
): Promise<void> {
  await demandDisk(stateFolder, bytesNeeded);
  demandSecrets(target, secret);
  await demandPorts([...target.environments.staging.ports, ...target.database.ports].map(({ published }) => published));
  await demandNames(docker, target);
}

async function demandDisk(folder: string, needed: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= needed) return;
  const mb = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`;
  throw new StoppointError(
    'DISK_TOO_SMALL',
    `the disk of '${folder}' has ${mb(free)} free; the backups and their proof need ${mb(needed)}`,
  );
}

/** Names of all secrets that the plan file asks for. */
export function secretNames({ planFile }: Target): readonly string[] {
  const { environments, announce } = planFile.content;
  const named = [environments.production, environments.staging].flatMap(({ values }) => Object.values(values['from-secrets']));
  return [...new Set([...named, ...announce.map(({ webhook }) => webhook)])];
}

function demandSecrets(target: Target, secret: (name: string) => string): void {
  for (const name of secretNames(target)) secret(name);
}

async function demandPorts(ports: readonly number[]): Promise<void> {
  const listening = new Set(await listeningPorts());
  for (const port of ports) {
    if (listening.has(port) || !(await canBind(port))) {
      throw new StoppointError('PORT_TAKEN', `port ${port}, which staging needs, is taken`);
    }
  }
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

async function demandNames(docker: Docker, target: Target): Promise<void> {
  const { environments, database } = target;
  const projects = [environments.production.project, environments.staging.project, database.project];
  const containers = await docker.listContainers({ all: true });
  for (const { Labels, Names } of containers) {
    const project = Labels['com.docker.compose.project'];
    if (project && projects.includes(project))
      throw new StoppointError('NAME_TAKEN', `the project '${project}' has containers already, for example '${Names[0]?.slice(1)}'`);
  }
  const wanted = wantedNames(target);
  // Compose would adopt a stranger's volume with a warning, and stop half-way at a network or a container.
  demandFree(
    'container',
    wanted.containers,
    containers.flatMap(({ Names }) => Names.map((name) => name.slice(1))),
  );
  demandFree(
    'network',
    wanted.networks,
    (await docker.listNetworks()).map(({ Name }) => Name),
  );
  demandFree(
    'volume',
    wanted.volumes,
    ((await docker.listVolumes()).Volumes ?? []).map(({ Name }) => Name),
  );
}

function demandFree(kind: string, wanted: ReadonlyMap<string, string>, there: readonly string[]): void {
  const taken = there.find((name) => wanted.has(name));
  if (taken === undefined) return;
  throw new StoppointError('NAME_TAKEN', `the ${kind} '${taken}', which the project '${wanted.get(taken)}' needs, is there already`);
}
