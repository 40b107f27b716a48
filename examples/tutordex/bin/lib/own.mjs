import { realpathSync } from 'node:fs';
import { relative, isAbsolute } from 'node:path';

/** Does a path, as Compose wrote it into a label, lie in this folder? */
export function isInside(dir, path) {
  if (!path) return false;
  const from = relative(real(dir), real(path));
  return !from.startsWith('..') && !isAbsolute(from);
}

function real(path) {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
