/** What two runs that ended alike have in common, whatever happened to them on the way. */
export interface EndState {
  readonly containers: {
    readonly [projectAndService: string]: {
      readonly name: string;
      readonly running: boolean;
      readonly restart: string;
      readonly mounts: readonly string[];
      readonly networks: readonly string[];
      readonly ports: readonly string[];
    };
  };
  /** Containers that carry a run's label: after a run there are none. */
  readonly leftovers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly files: { readonly [path: string]: string };
  readonly legacyEnvFiles: readonly string[];
}

/** One line per difference, `path: expected → found`; none when both ended alike. */
export function compareEndStates(expected: EndState, found: EndState): readonly string[] {
  const a = flat(expected, '');
  const b = flat(found, '');
  const paths = [...new Set([...a.keys(), ...b.keys()])].sort();
  return paths
    .filter((path) => a.get(path) !== b.get(path))
    .map((path) => `${path}: ${a.get(path) ?? 'nothing'} → ${b.get(path) ?? 'nothing'}`);
}

function flat(value: unknown, path: string): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, String(value)]]);
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...flat(inner, path ? `${path}.${key}` : key)]));
}
