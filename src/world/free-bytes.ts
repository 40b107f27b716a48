import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Free bytes of the disk on which the path lies, or will lie once it is made. */
export async function freeBytes(path: string): Promise<number> {
  const found = await statfs(path).catch(() => null);
  if (found) return found.bavail * found.bsize;
  return dirname(path) === path ? 0 : await freeBytes(dirname(path));
}
