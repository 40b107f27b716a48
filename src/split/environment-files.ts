import { type EnvironmentTarget, type Target } from '../plan/target.js';
import type { EnvFile } from './env-picture.js';
import { type Rules, type ValueSource, valueOf, type Values } from './env-values.js';
import { plannedVariables } from './root-env.js';

export interface EnvironmentFilesInput {
  readonly target: Target;
  readonly environment: EnvironmentTarget;
  /** Today's values: what the compose files interpolate, and each env file by its relative path. */
  readonly live: { readonly root: Values; readonly components: readonly EnvFile[] };
  readonly rules: Rules;
  readonly redirect: (text: string) => string;
}

export interface EnvironmentFiles {
  /** What Compose interpolates from; lies in the folder's root. */
  readonly root: EnvFile;
  /** One per env file of today, in the same order. */
  readonly components: readonly EnvFile[];
  /** How many values come from where; keys whose value was led to other ports. */
  readonly sources: { readonly [source in ValueSource]: number };
  readonly redirected: readonly string[];
  readonly keys: ReadonlySet<string>;
}

/** The env files of one environment. The run plan's own variables win over whatever the deployment calls by the same name. */
export function environmentFiles({ target, environment, live, rules, redirect }: EnvironmentFilesInput): EnvironmentFiles {
  const planned = plannedVariables(target, environment);
  const sources = { set: 0, fresh: 0, 'from-secrets': 0, 'from-database': 0, redirected: 0, copied: 0 };
  const redirected = new Set<string>();
  const valued = (values: Values) =>
    [...values].map(([key, today]): readonly [string, string] => {
      if (key === 'APP_ENV') return [key, environment.label];
      const { value, from } = valueOf(key, today, { rules, redirect });
      sources[from] += 1;
      if (from === 'redirected') redirected.add(key);
      return [key, value];
    });
  const rootPath = `.env.${environment.envSuffix}`;
  const interpolated = valued(live.root).filter(([key]) => !planned.has(key));
  const components = live.components.map(({ path, values }) => ({
    path: `${path}.${environment.envSuffix}`,
    values: new Map(valued(values)),
  }));
  // A service may read the very file that Compose interpolates from: then both are one file.
  const inRoot = components.filter(({ path }) => path === rootPath).flatMap(({ values }) => [...values]);
  const root: EnvFile = { path: rootPath, values: new Map([...inRoot, ...interpolated, ...planned]) };
  return {
    root,
    components: components.map((file) => (file.path === rootPath ? root : file)),
    sources,
    redirected: [...redirected].sort(),
    keys: new Set([...live.root.keys(), ...live.components.flatMap(({ values }) => [...values.keys()])]),
  };
}

/** The files to write, each once. */
export function filesOf({ root, components }: EnvironmentFiles): readonly EnvFile[] {
  return [root, ...components.filter((file) => file !== root)];
}
