import type { CheckResult } from '../plan/checks.js';
import { type ProjectContainer, projectContainers } from '../world/project-containers.js';
import { databasePlace } from './both-databases.js';
import type { StepContext } from './operator.js';
import { productionPlace, stagingPlace } from './production-place.js';
import { check } from './project-state.js';

export interface BothSides {
  readonly production: readonly ProjectContainer[];
  readonly staging: readonly ProjectContainer[];
}

/** App and database containers of both environments. */
export async function bothSides(step: StepContext): Promise<BothSides> {
  const of = async (...places: Parameters<typeof projectContainers>[1][]) =>
    (await Promise.all(places.map((place) => projectContainers(step.docker, place)))).flat();
  return {
    production: await of(await productionPlace(step), databasePlace(step, 'production')),
    staging: await of(stagingPlace(step), databasePlace(step, 'staging')),
  };
}

/** No network connects a container of the one with a container of the other. `none` connects nobody. */
export function networksApart(id: string, sides: BothSides): CheckResult {
  const shared = sharedBy(sides, ({ networks }) => Object.keys(networks).filter((name) => name !== 'none'));
  const count = (side: readonly ProjectContainer[]) => new Set(side.flatMap(({ networks }) => Object.values(networks))).size;
  return check(id, 'no network in common', shared, `${count(sides.production)} and ${count(sides.staging)} networks`);
}

/** Nothing that the one writes is what the other mounts. Docker's own sockets and the kernel's trees are no state. */
export function volumesApart(id: string, sides: BothSides): CheckResult {
  const stores = ({ volumes, writableBinds }: ProjectContainer) => [
    ...volumes,
    ...writableBinds.filter((path) => !/^\/(?:proc|sys|dev|run|var\/run)(?:\/|$)/.test(path)),
  ];
  const count = (side: readonly ProjectContainer[]) => new Set(side.flatMap(stores)).size;
  return check(
    id,
    'no volume or writable folder in common',
    sharedBy(sides, stores),
    `${count(sides.production)} and ${count(sides.staging)} stores`,
  );
}

function sharedBy({ production, staging }: BothSides, of: (container: ProjectContainer) => readonly string[]): readonly string[] {
  if (production.length === 0 || staging.length === 0) return ['one of the two has no containers'];
  const theirs = new Set(production.flatMap(of));
  return [
    ...new Set(
      staging.flatMap((container) =>
        of(container)
          .filter((name) => theirs.has(name))
          .map((name) => `${container.name}: ${name}`),
      ),
    ),
  ];
}
