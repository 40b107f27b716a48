import type Docker from 'dockerode';
import { stat } from 'node:fs/promises';
import type { Cluster } from '../invocations/psql.js';
import type { Observation } from '../plan/observed.js';
import type { PlanFile } from '../plan/schema.js';
import { orNull } from './docker.js';
import { inspectProject, serviceOf } from './project-containers.js';
import { type SqlOptions, sqlRows } from './psql.js';

/** What must be the same thing after the cutover as before it: identities, not look-alikes. */
export interface Identities {
  /** Of the production cluster, from its control file; no restart or restore keeps it by chance. */
  readonly systemIdentifier: string;
  /** Service of the database project → container id and start time. */
  readonly database: { readonly [service: string]: string };
  /** Volume name → place, and inode where the host shows it. The engine's creation time moves with every write. */
  readonly volumes: { readonly [name: string]: string };
}

export async function readIdentities(
  docker: Docker,
  { planFile, observation }: { readonly planFile: PlanFile; readonly observation: Observation },
  options: SqlOptions,
): Promise<Identities> {
  const { database, app } = observation;
  const { postgres, superuser, database: main } = planFile.projects.database;
  const containers = await inspectProject(docker, { project: database.name });
  const cluster = containers.find((c) => serviceOf(c) === postgres);
  const volumes = await Promise.all(
    [...app.volumes, ...database.volumes].map(async ({ name }) => {
      const volume = await orNull(docker.getVolume(name).inspect());
      return [name, volume ? await placeOf(volume.Mountpoint) : 'gone'] as const;
    }),
  );
  return {
    systemIdentifier: cluster ? await systemIdentifier({ container: cluster.Id, superuser, database: main }, options) : 'gone',
    database: Object.fromEntries(containers.map((c) => [serviceOf(c), `${c.Id} ${c.State.StartedAt}`])),
    volumes: Object.fromEntries(volumes),
  };
}

/** As text: it has more digits than a number keeps. */
export async function systemIdentifier(cluster: Cluster, options: SqlOptions): Promise<string> {
  const [found = ''] = await sqlRows<string>(cluster, 'SELECT to_json(system_identifier::text) FROM pg_control_system();', options);
  return found;
}

async function placeOf(mountpoint: string): Promise<string> {
  const inode = await stat(mountpoint).then(
    ({ ino }) => ino,
    () => 'unseen',
  );
  return `${mountpoint} ${inode}`;
}
