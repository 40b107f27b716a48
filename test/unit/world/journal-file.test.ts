import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstBrokenLink } from '../../../src/record/chain.js';
import { appendJournal, JOURNAL_FILE, readJournal } from '../../../src/world/journal-file.js';
import { did, opened, told } from '../report/story.js';

const { entries } = told([...did('0'), opened('SP0'), ...did('1.1')]);
let folder: string;
const file = () => join(folder, JOURNAL_FILE);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stoppoint-journal-'));
});
beforeEach(async () => {
  await rm(file(), { force: true });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the journal on disk', () => {
  it('holds nothing before the first entry', async () => {
    expect(await readJournal(folder)).toEqual([]);
  });

  it('grows by what is new: the same batch twice is written once', async () => {
    await appendJournal(folder, entries.slice(0, 3));
    await appendJournal(folder, entries.slice(0, 3));
    await appendJournal(folder, entries.slice(1));
    expect(await readJournal(folder)).toEqual(entries);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it.each([1, 20, 200])('mends a last line that a crash tore off after %d bytes', async (length) => {
    await appendJournal(folder, entries.slice(0, 2));
    await appendFile(file(), JSON.stringify(entries[2]).slice(0, length));
    expect(await readJournal(folder)).toEqual(entries.slice(0, 2));
    await appendJournal(folder, entries.slice(2));
    expect(await readJournal(folder)).toEqual(entries);
  });

  it('takes a whole last line without its line end for torn, and writes it again', async () => {
    await writeFile(file(), JSON.stringify(entries[0]));
    await appendJournal(folder, entries);
    expect(await readJournal(folder)).toEqual(entries);
  });

  it('keeps what contradicts it, and the chain shows the break', async () => {
    const other = told([...did('1.1')]).entries;
    await appendJournal(folder, entries);
    await appendJournal(folder, other.slice(2));
    expect((await readFile(file(), 'utf8')).split('\n').length - 1).toBe(entries.length + other.length - 2);
    expect(firstBrokenLink(await readJournal(folder))).toBe(entries.length + 1);
  });

  it('shows one changed byte', async () => {
    await appendJournal(folder, entries);
    const text = await readFile(file(), 'utf8');
    await writeFile(file(), text.replace('"ms":1200', '"ms":1201'));
    expect(firstBrokenLink(await readJournal(folder))).toBe(4);
  });
});
