import { APP_ENV, DATABASE_NETWORK, imageVariable, PROJECT_NAME, STATE_HOME, volumeVariable } from '../compose/variable-names.js';
import type { EnvironmentTarget, Target } from '../plan/target.js';
import { notSplittable } from './context.js';

/** The variables of the root env file that the run plan decides: identity, ports, networks, volumes, images. */
export function plannedVariables(target: Target, environment: EnvironmentTarget): ReadonlyMap<string, string> {
  const pairs: readonly (readonly [string, string])[] = [
    [APP_ENV, environment.label],
    [PROJECT_NAME, environment.project],
    ...environment.ports.map(({ variable, published }) => [variable, String(published)] as const),
    [DATABASE_NETWORK, environment.databaseNetwork],
    [STATE_HOME, environment.stateHome],
    ...Object.entries(environment.volumes).map(([key, name]) => [volumeVariable(key), name] as const),
    ...Object.entries(target.images).map(([service, { tag }]) => [imageVariable(service), tag] as const),
  ];
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const other = values.get(name);
    if (other !== undefined && other !== value)
      throw notSplittable(`two things would be named by the variable '${name}'`, 'rename one of the services or volumes');
    values.set(name, value);
  }
  return values;
}
