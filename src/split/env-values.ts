import type { EnvironmentValues } from '../plan/schema.js';

export type Values = ReadonlyMap<string, string>;

/** What the plan file's rules come to for one environment, with the values at hand. Never log or save it but in its own files. */
export interface Rules {
  readonly set: Values;
  readonly fresh: Values;
  readonly secrets: Values;
  readonly database: Values;
}

export type ValueSource = 'set' | 'fresh' | 'from-secrets' | 'from-database' | 'redirected' | 'copied';

export interface SourcedValue {
  readonly value: string;
  readonly from: ValueSource;
}

/** One variable of one environment: its rule wherever the key occurs, else today's value, led away from production's ports. */
export function valueOf(
  key: string,
  live: string,
  { rules, redirect }: { rules: Rules; redirect: (text: string) => string },
): SourcedValue {
  const ruled = rules.set.get(key);
  if (ruled !== undefined) return { value: ruled, from: 'set' };
  const fresh = rules.fresh.get(key);
  if (fresh !== undefined) return { value: fresh, from: 'fresh' };
  const secret = rules.secrets.get(key);
  if (secret !== undefined) return { value: secret, from: 'from-secrets' };
  const database = rules.database.get(key);
  if (database !== undefined) return { value: database, from: 'from-database' };
  const redirected = redirect(live);
  return { value: redirected, from: redirected === live ? 'copied' : 'redirected' };
}

/** Keys that the plan file has rules for, and that occur in no file: shown, since nothing is silently ignored. */
export function unusedKeys(values: EnvironmentValues, used: ReadonlySet<string>): readonly string[] {
  const ruled = [
    ...Object.keys(values.set),
    ...values.fresh,
    ...Object.keys(values['from-secrets']),
    ...Object.keys(values['from-database']),
  ];
  return [...new Set(ruled)].filter((key) => !used.has(key)).sort();
}
