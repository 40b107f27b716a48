import { PROJECT_NAME } from '../compose/variable-names.js';
import type { PlanFile } from '../plan/schema.js';
import { isSecretLike } from './secret-like.js';
import type { Values } from './env-values.js';

/** Secrets of the self-hosted stack that must be new, with lengths that its programs take. The plan file may add to it. */
const KNOWN: { readonly [key: string]: number } = {
  POSTGRES_PASSWORD: 40,
  DASHBOARD_PASSWORD: 32,
  SECRET_KEY_BASE: 64,
  VAULT_ENC_KEY: 32,
  REALTIME_DB_ENC_KEY: 16,
  PG_META_CRYPTO_KEY: 32,
  LOGFLARE_PUBLIC_ACCESS_TOKEN: 48,
  LOGFLARE_PRIVATE_ACCESS_TOKEN: 48,
  S3_PROTOCOL_ACCESS_KEY_ID: 32,
  S3_PROTOCOL_ACCESS_KEY_SECRET: 64,
  MINIO_ROOT_PASSWORD: 32,
};
const JWT_SECRET_LENGTH = 64;

/** Key → length of what the copy gets new by chance; the two role keys are signed instead. */
export function freshLengths({ projects }: PlanFile, live: Values): ReadonlyMap<string, number> {
  const { fresh, keys } = projects.database;
  const planned = Object.entries(fresh).map(([key, { length }]) => [key, length] as const);
  const known = Object.entries(KNOWN).filter(([key]) => live.has(key));
  const all = new Map<string, number>([...known, [keys['jwt-secret'], JWT_SECRET_LENGTH], ...planned]);
  all.delete(keys.anon);
  all.delete(keys.service);
  return all;
}

interface Sources {
  readonly live: Values;
  readonly project: string;
  /** Ports that stand in variables. */
  readonly ports: Values;
  readonly fresh: Values;
  readonly set: Values;
  readonly redirect: (text: string) => string;
}

/** The copy's env file: every key of today's, in its order, and what is fresh besides. */
export function databaseEnv({ live, project, ports, fresh, set, redirect }: Sources): Values {
  const values = new Map<string, string>();
  for (const [key, today] of live) {
    if (key === PROJECT_NAME) values.set(key, project);
    else values.set(key, ports.get(key) ?? fresh.get(key) ?? set.get(key) ?? redirect(today));
  }
  for (const [key, value] of fresh) if (!values.has(key)) values.set(key, value);
  return values;
}

/** Keys whose value must not be today's: what is fresh, and whatever looks like a secret. */
export function separateKeys(live: Values, fresh: Iterable<string>, shared: readonly string[]): readonly string[] {
  const secret = [...live].filter(([key, value]) => isSecretLike(key, value)).map(([key]) => key);
  return [...new Set([...[...fresh].filter((key) => live.has(key)), ...secret])].filter((key) => !shared.includes(key));
}
