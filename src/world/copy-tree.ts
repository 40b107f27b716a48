import { chmod, copyFile, lchown, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies files, folders and links with mode and owner; `skips` decides by the path relative to the source. */
export async function copyTree(
  from: string,
  into: string,
  skips: (path: string, kind: 'folder' | 'file') => boolean = () => false,
): Promise<readonly string[]> {
  const copied: string[] = [];
  const walk = async (path: string): Promise<void> => {
    const source = join(from, path);
    const target = join(into, path);
    const stat = await lstat(source);
    if (stat.isDirectory()) {
      if (path !== '' && skips(path, 'folder')) return;
      await mkdir(target, { recursive: true });
      for (const name of (await readdir(source)).sort()) await walk(path === '' ? name : `${path}/${name}`);
      await likeSource(source, target);
    } else if ((stat.isFile() || stat.isSymbolicLink()) && !skips(path, 'file')) {
      if (stat.isFile()) await copyFile(source, target);
      else await symlink(await readlink(source), target);
      await likeSource(source, target);
      copied.push(path);
    }
    // Sockets, pipes and devices belong to running processes: there is nothing to copy.
  };
  await walk('');
  return copied;
}

/** Mode and owner of the source; only root may give a file away. */
export async function likeSource(source: string, target: string): Promise<void> {
  const { uid, gid, mode } = await lstat(source);
  if (process.getuid?.() === 0) await lchown(target, uid, gid);
  if (!(await lstat(target)).isSymbolicLink()) await chmod(target, mode & 0o7777);
}

/** Gives what a checkout wrote the modes and owners that the same paths have in the live folder. */
export async function likeTree(live: string, tree: string): Promise<void> {
  const walk = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(tree, path), { withFileTypes: true })) {
      const way = path === '' ? entry.name : `${path}/${entry.name}`;
      if (way === '.git') continue;
      if (await exists(join(live, way))) await likeSource(join(live, way), join(tree, way));
      if (entry.isDirectory()) await walk(way);
    }
  };
  await likeSource(live, tree);
  await walk('');
}

export async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}
