import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { link, mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differentEntries, listCommand, readListing } from '../../../src/invocations/archive.js';
import { readArchive } from '../../../src/world/read-archive.js';
import { runCommand } from '../../../src/world/run-command.js';

let folder: string;
let tree: string;

const run = async ([file = '', ...args]: readonly string[]) => (await runCommand({ file, args })).stdout;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sp-tar-'));
  tree = join(folder, 'tree');
  const deep = join(tree, ...Array.from({ length: 14 }, () => 'long-name'));
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, 'grüße'), 'x'.repeat(1300));
  await writeFile(join(tree, 'empty'), '');
  await writeFile(join(tree, 'block'), 'y'.repeat(512), { mode: 0o640 });
  await link(join(tree, 'block'), join(tree, 'second-name'));
  await symlink('../'.repeat(40), join(tree, 'link'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test.each(['gnu', 'pax', 'ustar'])('an archive of the format %s reads as its folder is listed', async (format) => {
  const path = join(folder, `${format}.tar`);
  const longLink = format === 'ustar' ? ['--exclude=./link'] : [];
  await run(['tar', '--create', `--format=${format}`, '--numeric-owner', ...longLink, '--file', path, '--directory', tree, '.']);
  const { entries } = readListing(await run(listCommand(tree)));
  const expected = format === 'ustar' ? entries.filter(({ kind }) => kind !== 'link') : entries;
  expect(differentEntries(expected, await readArchive(path))).toEqual([]);
});

test('owners beyond what octal digits hold are read', async () => {
  const path = join(folder, 'owner.tar');
  await run([
    'tar',
    '--create',
    '--format=gnu',
    '--owner=:4000000000',
    '--group=:3000000000',
    '--file',
    path,
    '--directory',
    tree,
    './block',
  ]);
  expect(await readArchive(path)).toMatchObject([{ uid: 4_000_000_000, gid: 3_000_000_000 }]);
});

test.each([
  ['a flipped bit in a header', 0],
  ['an unknown type', 156],
])('%s is refused', async (_, at) => {
  const path = join(folder, 'broken.tar');
  await run(['tar', '--create', '--file', path, '--directory', tree, './block']);
  const file = await open(path, 'r+');
  await file.write('Z', at);
  await file.close();
  await expect(readArchive(path)).rejects.toMatchObject({ code: 'BACKUP_NOT_PROVEN' });
});

test('an archive that was cut is refused, wherever it was cut', async () => {
  const path = join(folder, 'cut.tar');
  await run(['tar', '--create', '--file', path, '--directory', tree, './block']);
  const bytes = await readFile(path);
  for (const length of [0, 100, 512, 700, 1024]) {
    await writeFile(path, bytes.subarray(0, length));
    await expect(readArchive(path)).rejects.toMatchObject({ code: 'BACKUP_NOT_PROVEN' });
  }
});
