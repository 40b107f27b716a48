import { open, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Evidence } from '../plan/evidence.js';
import { digestFile } from './digest-file.js';
import { readJson, writeJson } from './json-file.js';

const MANIFEST = 'manifest.json';
/** Says whose folder this is: only a folder with this step's own marker is ever emptied or believed. */
export const MARKER = '.stoppoint.json';

/** Whose folder it is. */
export interface FolderOwner {
  readonly run: string;
  readonly step: string;
}

export interface ManifestFile {
  /** Relative to the folder. */
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Written last: a folder with a manifest is a finished and proven one. */
export interface Manifest extends FolderOwner {
  readonly version: 1;
  readonly evidence: Evidence;
  readonly files: readonly ManifestFile[];
  /** What the kind of step wants to keep: digests per table, how to restore. */
  readonly details: unknown;
}

/** Digests every file of the folder, makes them durable, and writes the manifest. */
export async function sealFolder(folder: string, content: Omit<Manifest, 'version' | 'files'>): Promise<Manifest> {
  const manifest: Manifest = { version: 1, ...content, files: await digestFolder(folder) };
  await writeJson(join(folder, MANIFEST), manifest);
  return manifest;
}

/** Every file but manifest and marker, sorted by name; each is on the disk when this returns. */
export async function digestFolder(folder: string): Promise<readonly ManifestFile[]> {
  const files: ManifestFile[] = [];
  for (const name of await filesOf(folder)) {
    const path = join(folder, name);
    await flush(path);
    files.push({ name, sha256: await digestFile(path), bytes: (await stat(path)).size });
  }
  return files;
}

export async function readManifest(folder: string): Promise<Manifest | null> {
  const manifest = (await readJson(join(folder, MANIFEST))) as Manifest | null;
  return manifest?.version === 1 && Array.isArray(manifest.files) ? manifest : null;
}

/** The first file that is missing, new or not what the manifest says; null when all is as it was. */
export async function firstChangedFile(folder: string, manifest: Manifest): Promise<string | null> {
  const known = new Set(manifest.files.map(({ name }) => name));
  const extra = (await filesOf(folder)).find((name) => !known.has(name));
  if (extra) return extra;
  for (const { name, sha256 } of manifest.files) {
    if ((await digestFile(join(folder, name)).catch(() => null)) !== sha256) return name;
  }
  return null;
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return names.filter((name) => name !== MANIFEST && name !== MARKER).sort();
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
