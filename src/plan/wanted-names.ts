import type { ObservedProject } from './observed.js';
import type { Target } from './target.js';

/** Names that the run's own things will have, and the project that needs each. All of them are global to the host. */
export interface WantedNames {
  readonly containers: ReadonlyMap<string, string>;
  readonly networks: ReadonlyMap<string, string>;
  readonly volumes: ReadonlyMap<string, string>;
}

/** The copies have no literal names: Compose derives them from the project. Production's volumes are adopted, not made. */
export function wantedNames({ observation, environments, database }: Target): WantedNames {
  const { production, staging } = environments;
  const { app, database: today } = observation;
  return {
    containers: new Map([
      ...containersOf(app, production.project),
      ...containersOf(app, staging.project),
      ...containersOf(today, database.project),
    ]),
    networks: new Map([
      ...networksOf(app, production.project),
      ...networksOf(app, staging.project),
      ...networksOf(today, database.project),
      [production.databaseNetwork, production.project],
      [database.network, database.project],
    ]),
    volumes: new Map([
      ...Object.values(staging.volumes).map((name) => [name, staging.project] as const),
      ...today.volumes.map(({ key }) => [`${database.project}_${key}`, database.project] as const),
    ]),
  };
}

type Wanted = readonly (readonly [name: string, project: string])[];

function containersOf({ services }: ObservedProject, project: string): Wanted {
  return services.map(({ name }) => [`${project}-${name}-1`, project]);
}

function networksOf({ networks }: ObservedProject, project: string): Wanted {
  return networks.filter(({ external }) => !external).map(({ key }) => [`${project}_${key}`, project]);
}
