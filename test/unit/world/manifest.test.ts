import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_EVIDENCE } from '../../../src/plan/evidence.js';
import { firstChangedFile, MARKER, readManifest, sealFolder } from '../../../src/world/manifest.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sp-manifest-'));
  await mkdir(join(folder, 'deep'));
  await writeFile(join(folder, 'deep', 'a.dump'), 'abc');
  await writeFile(join(folder, MARKER), '{}');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const seal = () => sealFolder(folder, { run: 'r', step: 's', evidence: NO_EVIDENCE, details: null });

test('a sealed folder lists its files, and is unchanged', async () => {
  const manifest = await seal();
  expect(manifest.files).toEqual([
    { name: 'deep/a.dump', bytes: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
  ]);
  expect(await readManifest(folder)).toEqual(manifest);
  expect(await firstChangedFile(folder, manifest)).toBeNull();
});

test.each([
  ['a changed byte', async () => writeFile(join(folder, 'deep', 'a.dump'), 'abd'), 'deep/a.dump'],
  ['a lost file', async () => rm(join(folder, 'deep', 'a.dump')), 'deep/a.dump'],
  ['a new file', async () => writeFile(join(folder, 'b'), ''), 'b'],
])('%s is noticed', async (_, change, name) => {
  const manifest = await seal();
  await change();
  expect(await firstChangedFile(folder, manifest)).toBe(name);
});

test('a manifest that was cut is none', async () => {
  await seal();
  await writeFile(join(folder, 'manifest.json'), '{"version": 1, "fil');
  expect(await readManifest(folder)).toBeNull();
});
