import { describe, expect, test } from '@jest/globals';
import { differentEntries, type Entry, readListing, steadyEntries } from '../../../src/invocations/archive.js';

const DIGEST = 'a'.repeat(64);
const file: Entry = { path: 'f', kind: 'file', mode: 0o600, uid: 1, gid: 2, mtime: 3, size: 4, sha256: DIGEST, target: null };

describe('a listing', () => {
  test('knows files, folders, links and escaped names; sockets are left out as tar leaves them out', () => {
    const { entries, unreadable } = readListing(
      [
        'S 41ed 0 0 10 4096 .',
        'S 8180 1 2 3 4 ./a  b\\c',
        'S a1ff 0 0 5 9 ./link',
        'S c1ff 0 0 5 0 ./socket',
        `\\${DIGEST}  ./a  b\\\\c`,
        'L ./link\t../else where',
        '',
      ].join('\n'),
    );
    expect(unreadable).toBe(0);
    expect(entries).toEqual([
      { ...file, path: '.', kind: 'folder', mode: 0o755, uid: 0, gid: 0, mtime: 10, size: 0, sha256: null },
      { ...file, path: 'a  b\\c' },
      { ...file, path: 'link', kind: 'link', mode: 0o777, uid: 0, gid: 0, mtime: 5, size: 0, sha256: null, target: '../else where' },
    ]);
  });

  test('a name with a line break is counted, never skipped', () => {
    expect(readListing('S 8180 1 2 3 4 ./a\nb\n')).toMatchObject({ unreadable: 1 });
  });
});

describe('a comparison', () => {
  test.each([
    ['mode', { mode: 0o644 }],
    ['uid', { uid: 9 }],
    ['mtime', { mtime: 9 }],
    ['size', { size: 9 }],
    ['sha256', { sha256: 'b'.repeat(64) }],
    ['kind', { kind: 'folder' as const }],
  ])('sees another %s of a file', (aspect, change) => {
    expect(differentEntries([file], [{ ...file, ...change }])).toEqual([`'f' has another ${aspect}`]);
  });

  test('sees what is missing and what is new', () => {
    expect(differentEntries([file], [{ ...file, path: 'g' }])).toEqual(["'f' is missing", "'g' is new"]);
  });

  test('does not mind the time of a folder or the mode of a link', () => {
    const folder: Entry = { ...file, kind: 'folder', sha256: null };
    const link: Entry = { ...file, path: 'l', kind: 'link', sha256: null, target: 'f' };
    expect(
      differentEntries(
        [folder, link],
        [
          { ...folder, mtime: 9 },
          { ...link, mode: 0 },
        ],
      ),
    ).toEqual([]);
  });

  test('demands only what stood still', () => {
    const other = { ...file, path: 'g' };
    expect(steadyEntries([file, other], [file, { ...other, size: 5 }, { ...file, path: 'new' }])).toEqual([file]);
  });
});
