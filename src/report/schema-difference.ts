import type { SchemaFact } from '../invocations/schema-inventory.js';

export interface SchemaDifference {
  /** `index public.assignments_rate_idx: production only`. Definitions stay in the raw file. */
  readonly lines: readonly string[];
  readonly compared: number;
}

/** What one side has and the other has not, or has otherwise. */
export function schemaDifference(production: readonly SchemaFact[], staging: readonly SchemaFact[]): SchemaDifference {
  const [theirs, ours] = [grouped(production), grouped(staging)];
  const lines = [...new Set([...theirs.keys(), ...ours.keys()])].sort().flatMap((key) => {
    const [left, right] = [theirs.get(key), ours.get(key)];
    if (!right) return [`${key}: production only`];
    if (!left) return [`${key}: staging only`];
    return left.join('\n') === right.join('\n') ? [] : [`${key}: differs`];
  });
  return { lines, compared: theirs.size };
}

/** One object can have several facts of a kind: its grants. */
function grouped(facts: readonly SchemaFact[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { kind, object, definition } of facts) {
    const key = `${kind} ${object}`;
    groups.set(key, [...(groups.get(key) ?? []), definition].sort());
  }
  return groups;
}
