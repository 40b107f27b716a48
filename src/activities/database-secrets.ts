import { randomText } from '../world/random-text.js';
import { signRoleKey } from '../world/sign-jwt.js';
import { freshLengths } from '../split/database-env.js';
import type { Values } from '../split/env-values.js';
import type { StepContext } from './operator.js';

const FILE = 'fresh.json';

/** The copy's own secrets, made once and kept in the step's folder: a retry must not lock out what already runs. */
export async function databaseSecrets(step: StepContext, live: Values): Promise<Values> {
  const kept = await step.folder.read<{ readonly [key: string]: string }>(FILE);
  if (kept) return new Map(Object.entries(kept));
  const { keys } = step.target.planFile.content.projects.database;
  const random = [...freshLengths(step.target.planFile.content, live)].map(([key, length]): [string, string] => [key, randomText(length)]);
  const values = new Map(random);
  const secret = values.get(keys['jwt-secret']) ?? '';
  const now = Math.floor(Date.now() / 1000);
  values.set(keys.anon, signRoleKey({ role: 'anon', secret, now }));
  values.set(keys.service, signRoleKey({ role: 'service_role', secret, now }));
  await step.folder.write(FILE, Object.fromEntries(values));
  return values;
}
