import { digestOf } from '../record/digest.js';
import type { Environment } from '../plan/operation.js';
import { type Observation, standsOn } from '../plan/observed.js';
import type { PlanFile } from '../plan/schema.js';
import type { EnvironmentTarget, Target } from '../plan/target.js';
import { assignPorts } from './ports.js';

export interface PlanFileFacts {
  readonly path: string;
  readonly sha256: string;
  readonly home: string;
  /** Joins a path of the plan file to its home. */
  readonly resolve: (path: string) => string;
}

/** Names, ports, volumes and images of both environments, decided once and frozen with the plan. */
export function targetOf(planFile: PlanFile, observation: Observation, facts: PlanFileFacts): Target {
  const { app, database, host } = observation;
  const { production, staging } = planFile.environments;
  const taken = new Set([
    ...host.ports,
    ...[app, database].flatMap(({ services }) => services.flatMap(({ ports }) => ports.map(({ published }) => published))),
  ]);
  const lentFrom = host.lentPorts?.from;
  const stagingPorts = assignPorts(app.services, { taken, lentFrom });
  const withStaging = new Set([...taken, ...stagingPorts.map(({ published }) => published)]);
  const environment = (
    name: Environment,
    rest: Omit<EnvironmentTarget, 'environment' | 'project' | 'folder' | 'label' | 'envSuffix'>,
  ): EnvironmentTarget => {
    const { project, folder, label } = planFile.environments[name];
    return { environment: name, project, folder: facts.resolve(folder), label, envSuffix: label, ...rest };
  };
  return {
    planFile: { path: facts.path, sha256: facts.sha256, content: planFile },
    observation: withoutLiveFigures(observation),
    observationHash: digestOf(standsOn(observation)),
    home: facts.home,
    environments: {
      production: environment('production', {
        ports: assignPorts(app.services, 'keep'),
        volumes: Object.fromEntries(app.volumes.map(({ key, name }) => [key, name])),
        databaseNetwork: `${production.project}_database`,
        stateHome: app.directory,
      }),
      staging: environment('staging', {
        ports: stagingPorts,
        volumes: Object.fromEntries(app.volumes.map(({ key }) => [key, `${staging.project}_${key}`])),
        databaseNetwork: `${staging['database-project']}_default`,
        stateHome: `${facts.resolve(staging.folder)}/.state`,
      }),
    },
    database: {
      project: staging['database-project'],
      folder: facts.resolve(staging['database-folder']),
      network: `${staging['database-project']}_default`,
      ports: assignPorts(database.services, { taken: withStaging, lentFrom }),
    },
    lockContainer: `stoppoint-lock-${app.name}`,
    images: Object.fromEntries(
      app.services.map(({ name, imageId }) => [
        name,
        { id: imageId, tag: `${planFile.deployment}-${name}:${imageId.replace(/^sha256:/, '').slice(0, 12)}` },
      ]),
    ),
  };
}

const COARSE_BYTES = 64 * 1024 * 1024;

/** The same world gives the same plan: what moves by itself from second to second stays out of its hash. */
function withoutLiveFigures(observation: Observation): Observation {
  const calm = (project: Observation['app']): Observation['app'] => ({
    ...project,
    services: project.services.map((service) => ({ ...service, restartCount: 0 })),
    volumes: project.volumes.map((volume) => ({ ...volume, bytes: Math.ceil(volume.bytes / COARSE_BYTES) * COARSE_BYTES })),
  });
  return {
    ...observation,
    engine: { ...observation.engine, rootFreeBytes: 0 },
    app: calm(observation.app),
    database: calm(observation.database),
    host: { containers: [], volumes: [], networks: [], ports: [] },
  };
}
