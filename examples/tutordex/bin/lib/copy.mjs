import { chmod, cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const neverCopied = new Set(['__pycache__', 'node_modules', '.git']);

/** Copies a template folder; templates of secret files stay behind. */
export async function copyFolder(from, to) {
  await cp(from, to, {
    recursive: true,
    preserveTimestamps: false,
    filter: (source) => !neverCopied.has(basename(source)) && !source.endsWith('.template'),
  });
}

/** Every `*.template` below a folder, as paths relative to it. */
export async function templatesIn(dir) {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.template'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(dir.length + 1))
    .sort();
}

/** Readable by its owner only; also when the file was already there with other rights. */
export async function writeSecretFile(file, text) {
  await rm(file, { force: true });
  await writeFile(file, text, { mode: 0o600 });
  await chmod(file, 0o600);
}

export async function readIfThere(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
