import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** A host path that a compose file names, with its place. Paths are as written, relative to the project directory. */
export interface Reference {
  readonly kind: 'env_file' | 'bind';
  readonly service: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Env files and bind sources as the file itself writes them: asked before Compose is, whose error for a missing
 * one has no place, and which would let the engine make an empty folder for the other.
 */
export function references(text: string): readonly Reference[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const services = document.get('services', true);
  if (!isMap(services)) return [];
  return services.items.flatMap((pair) => {
    const service = String(isScalar(pair.key) ? pair.key.value : pair.key);
    if (!isMap(pair.value)) return [];
    const at = (node: { range?: readonly number[] | null | undefined }) => {
      const { line, col } = lines.linePos(node.range?.[0] ?? 0);
      return { line, column: col };
    };
    const envFiles = listed(pair.value.get('env_file', true)).flatMap((node): Reference[] => {
      const path = isScalar(node) ? node.value : isMap(node) && node.get('required') !== false ? node.get('path') : null;
      return typeof path === 'string' ? [{ kind: 'env_file', service, path, ...at(node) }] : [];
    });
    const binds = listed(pair.value.get('volumes', true)).flatMap((node): Reference[] => {
      const path = isScalar(node)
        ? String(node.value).split(':')[0]
        : isMap(node) && node.get('type') === 'bind'
          ? node.get('source')
          : null;
      return typeof path === 'string' && /^[./~]/.test(path) ? [{ kind: 'bind', service, path, ...at(node) }] : [];
    });
    return [...envFiles, ...binds];
  });
}

type Node = { range?: readonly number[] | null };

function listed(node: unknown): readonly Node[] {
  if (isSeq(node)) return node.items as readonly Node[];
  return node && isScalar(node) ? [node] : [];
}
