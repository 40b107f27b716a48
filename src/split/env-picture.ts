import type { Environment } from '../plan/operation.js';
import type { EnvironmentTarget } from '../plan/target.js';
import type { Values } from './env-values.js';

/** An env file: path relative to the environment's folder. */
export interface EnvFile {
  readonly path: string;
  readonly values: Values;
}

/** How the database's gateway is reached: by these names inside, by this port of the host from outside. */
export interface Gateway {
  readonly hosts: readonly string[];
  readonly port: number;
  readonly published: readonly number[];
}

/** Everything that the checks of one environment's env files compare. */
export interface EnvPicture {
  readonly environment: Environment;
  readonly target: EnvironmentTarget;
  readonly root: EnvFile;
  readonly components: readonly EnvFile[];
  /** Today's values, by the same relative paths without the environment's suffix; the root's are as interpolated. */
  readonly live: { readonly root: Values; readonly components: readonly EnvFile[]; readonly database: Values };
  readonly gateway: { readonly live: Gateway; readonly own: Gateway };
  /** Production's published ports. */
  readonly livePorts: ReadonlySet<number>;
  /** Secrets that both environments share on purpose. */
  readonly shared: readonly string[];
}

/** All values that a key has in the component files, with the file. */
export function valuesOf(files: readonly EnvFile[], key: string): readonly string[] {
  return files.flatMap(({ values }) => (values.has(key) ? [values.get(key) ?? ''] : []));
}
