import type Docker from 'dockerode';
import { createServer } from 'node:net';
import { statfs } from 'node:fs/promises';
import { StoppointError } from '../plan/diagnostic.js';
import type { Target } from '../plan/target.js';
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
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
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

async function demandNames(docker: Docker, { environments, database }: Target): Promise<void> {
  const projects = [environments.production.project, environments.staging.project, database.project];
  for (const container of await docker.listContainers({ all: true })) {
    const project = container.Labels['com.docker.compose.project'];
    if (project && projects.includes(project)) {
      throw new StoppointError(
        'NAME_TAKEN',
        `the project '${project}' has containers already, for example '${container.Names[0]?.slice(1)}'`,
      );
    }
  }
  const wanted = new Set(Object.values(environments.staging.volumes));
  const taken = (await docker.listVolumes()).Volumes?.find(({ Name }) => wanted.has(Name));
  if (taken) throw new StoppointError('NAME_TAKEN', `the volume '${taken.Name}', which staging needs, is there already`);
}
