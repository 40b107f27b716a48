import type Docker from 'dockerode';
import { stat } from 'node:fs/promises';
import type { Observation } from '../plan/observed.js';
import type { PlanFile } from '../plan/schema.js';
import { orNull } from './docker.js';
import { inspectProject, serviceOf } from './container-control.js';
import { runCommand } from './run-command.js';

/** What must be the same thing after the cutover as before it: identities, not look-alikes. */
export interface Identities {
  /** Of the production cluster, from its control file; no restart or restore keeps it by chance. */
  readonly systemIdentifier: string;
  /** Service of the database project → container id and start time. */
  readonly database: { readonly [service: string]: string };
  /** Volume name → place, and inode where the host shows it. The engine's creation time moves with every write. */
  readonly volumes: { readonly [name: string]: string };
}

export async function readIdentities(docker: Docker, planFile: PlanFile, observation: Observation): Promise<Identities> {
  const { database, app } = observation;
  const containers = await inspectProject(docker, { project: database.name });
  const cluster = containers.find((c) => serviceOf(c) === planFile.projects.database.postgres);
  const volumes = await Promise.all(
    [...app.volumes, ...database.volumes].map(async ({ name }) => {
      const volume = await orNull(docker.getVolume(name).inspect());
      return [name, volume ? await placeOf(volume.Mountpoint) : 'gone'] as const;
    }),
  );
  return {
    systemIdentifier: cluster ? await systemIdentifier(cluster.Id, planFile.projects.database) : 'gone',
    database: Object.fromEntries(containers.map((c) => [serviceOf(c), `${c.Id} ${c.State.StartedAt}`])),
    volumes: Object.fromEntries(volumes),
  };
}

export async function systemIdentifier(
  container: string,
  { superuser, database }: { superuser: string; database: string },
): Promise<string> {
  const sql = 'select system_identifier from pg_control_system()';
  const { stdout } = await runCommand({ file: 'docker', args: ['exec', container, 'psql', '-U', superuser, '-d', database, '-Atqc', sql] });
  return stdout.trim();
}

async function placeOf(mountpoint: string): Promise<string> {
  const inode = await stat(mountpoint).then(
    ({ ino }) => ino,
    () => 'unseen',
  );
  return `${mountpoint} ${inode}`;
}
