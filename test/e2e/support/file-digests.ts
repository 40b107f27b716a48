import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Path → digest, mode and owner of every file below a folder; parts that are meant to change are named. */
export async function fileDigests(folder: string, except: readonly string[]): Promise<{ readonly [path: string]: string }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const digests: [string, string][] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const name = relative(folder, path);
    if (except.some((part) => name.startsWith(part) || name.includes(`/${part}/`))) continue;
    const { mode, uid } = await stat(path);
    digests.push([
      name,
      `${createHash('sha256')
        .update(await readFile(path))
        .digest('hex')} ${mode} ${uid}`,
    ]);
  }
  return Object.fromEntries(digests.sort(([a], [b]) => a.localeCompare(b)));
}
