import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Every path below the folder with its mode, size and digest; nothing when there is no such folder. */
export async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = (await readdir(folder, { recursive: true }).catch((): string[] => [])).sort();
  return await Promise.all(
    entries.map(async (path) => {
      const found = await stat(join(folder, path));
      const content = found.isFile() ? await readFile(join(folder, path)) : '';
      return `${path} ${found.mode} ${found.isFile() ? found.size : ''} ${createHash('sha256').update(content).digest('hex')}`;
    }),
  );
}
