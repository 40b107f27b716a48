import { join } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';
import type { Environment } from '../plan/operation.js';
import { filledIn, gatewaysOf } from '../split/gateways.js';
import type { Rules, Values } from '../split/env-values.js';
import { randomText } from '../world/random-text.js';
import { type LiveDeployment, readEnvFile } from './live-deployment.js';
import type { StepContext } from './operator.js';

const FRESH_LENGTH = 48;

/** The plan file's rules for one environment with their values. Fresh ones are made once and kept in the step's folder. */
export async function rulesOf(
  step: StepContext,
  environment: Environment,
  live: LiveDeployment,
  { keep }: { readonly keep: boolean },
): Promise<Rules> {
  const { values } = step.target.planFile.content.environments[environment];
  const { own } = gatewaysOf(step.target, environment, live.gatewayAliases);
  const set = Object.entries(values.set).map(([key, text]): [string, string] => {
    const filled = filledIn(text, { own });
    if (filled !== null) return [key, filled];
    throw new StoppointError('PLAN_FILE_INVALID', `'environments.${environment}.values.set.${key}' has a placeholder that has no value`, {
      next: "use {{gateway-port}}, or write the value out; the gateway's port must be published",
    });
  });
  return {
    set: new Map(set),
    fresh: await freshValues(step, values.fresh, keep),
    secrets: new Map(Object.entries(values['from-secrets']).map(([key, name]) => [key, step.secret(name)])),
    database: await databaseValues(step, environment, values['from-database']),
  };
}

/** One value per key and environment, the same in every file, and the same again on a retry. */
async function freshValues(step: StepContext, keys: readonly string[], keep: boolean): Promise<Values> {
  const kept = keep ? await step.folder.read<{ [key: string]: string }>('fresh.json') : null;
  const values = Object.fromEntries(keys.map((key) => [key, kept?.[key] ?? randomText(FRESH_LENGTH)]));
  if (keep) await step.folder.write('fresh.json', values);
  return new Map(Object.entries(values));
}

async function databaseValues(step: StepContext, environment: Environment, keys: { readonly [key: string]: string }): Promise<Values> {
  const wanted = Object.entries(keys);
  if (wanted.length === 0) return new Map();
  const folder = environment === 'staging' ? step.target.database.folder : step.target.observation.database.directory;
  const path = join(folder, '.env');
  const values = await readEnvFile(path);
  return new Map(
    wanted.map(([key, name]) => {
      const value = values.get(name);
      if (value === undefined) throw new StoppointError('SECRET_MISSING', `'${name}' is not in the database project's env file '${path}'`);
      return [key, value];
    }),
  );
}
