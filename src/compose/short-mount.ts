import { splitOutside } from './split-outside.js';

/** A short volume entry, as written: `[source:]target[:options]`. Source is null for an anonymous volume. */
export interface ShortMount {
  readonly source: string | null;
  readonly target: string;
  readonly options: readonly string[];
}

export function parseShortMount(text: string): ShortMount {
  const parts = splitOutside(text, ':');
  if (parts.length === 1) return { source: null, target: parts[0] ?? '', options: [] };
  return { source: parts[0] ?? '', target: parts[1] ?? '', options: (parts[2] ?? '').split(',').filter(Boolean) };
}

/** Compose's own rule: a path begins with one of these, a volume's key does not. */
export function isPath(source: string): boolean {
  return /^[./~\\]|^[A-Za-z]:[\\/]/.test(source);
}
