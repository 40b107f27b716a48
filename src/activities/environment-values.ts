import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';
import type { Environment } from '../plan/operation.js';
import type { MarkerRequest } from '../plan/schema.js';
import { readEnvValues } from '../world/env-values.js';
import type { StepContext } from './operator.js';

/** The env file of an environment that stands for a file of the old project: `X/.env` → `X/.env.staging`. */
export function environmentFile({ target }: StepContext, environment: Environment, file: string): string {
  const { folder, envSuffix } = target.environments[environment];
  return join(folder, `${file}.${envSuffix}`);
}

/** Every value that a key has in an environment's env files. Never to be shown. */
export async function valuesOf(step: StepContext, environment: Environment, key: string): Promise<ReadonlySet<string>> {
  const { directory, envFiles } = step.target.observation.app;
  const files = envFiles
    .map(({ path }) => environmentFile(step, environment, relative(directory, path)))
    .filter((file) => existsSync(file));
  const all = await Promise.all(files.map(readEnvValues));
  return new Set(all.flatMap((values) => values.get(key) || []));
}

/** Header → value, as this environment's clients send it. Never to be shown. */
export async function headersOf(
  step: StepContext,
  environment: Environment,
  { headers }: MarkerRequest,
): Promise<{ readonly [name: string]: string }> {
  const pairs = Object.entries(headers).map(async ([header, { key, file }]) => {
    const path = environmentFile(step, environment, file);
    const value = (await readEnvValues(path)).get(key);
    if (!value) throw new StoppointError('SECRET_MISSING', `'${key}' has no value in '${path}'`);
    return [header, value] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}
