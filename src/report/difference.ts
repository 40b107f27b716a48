const MOST = 20;

/** Where two JSON values differ, one line per place; at most 20, then a count. */
export function differences(
  before: unknown,
  after: unknown,
  names: { readonly before: string; readonly after: string },
): readonly string[] {
  const all = walk(before, after, '', names);
  return all.length <= MOST ? all : [...all.slice(0, MOST), `and ${all.length - MOST} more`];
}

type Names = { readonly before: string; readonly after: string };

function walk(before: unknown, after: unknown, path: string, names: Names): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isTree(before) || !isTree(after)) return [`${path || 'all'}: ${names.before} ${short(before)}, ${names.after} ${short(after)}`];
  const was = byKey(before);
  const is = byKey(after);
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) =>
    walk(was.get(key), is.get(key), path ? `${path}.${key}` : key, names),
  );
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Lists of named things are compared by name: one new service is one difference, not all that follow it. */
function byKey(value: object): ReadonlyMap<string, unknown> {
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(value.map((item: unknown, index) => [nameOf(item) ?? String(index), item]));
}

function nameOf(item: unknown): string | null {
  if (!isTree(item)) return null;
  const { name, path, key } = item as { name?: unknown; path?: unknown; key?: unknown };
  return [name, path, key].find((value): value is string => typeof value === 'string') ?? null;
}

function short(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
