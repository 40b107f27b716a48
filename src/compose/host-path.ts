/** Paths of the Docker host as text: posix forms only, so far. */
export function resolvePath(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The way from a folder to a path inside it, `''` for itself, null for anything outside. */
export function relativeInside(folder: string, path: string): string | null {
  const base = resolvePath('/', folder);
  const full = resolvePath('/', path);
  if (full === base) return '';
  const prefix = base === '/' ? '/' : `${base}/`;
  return full.startsWith(prefix) ? full.slice(prefix.length) : null;
}

/** Whether two paths name one place, or one lies inside the other. */
export function overlap(a: string, b: string): boolean {
  return relativeInside(a, b) !== null || relativeInside(b, a) !== null;
}
