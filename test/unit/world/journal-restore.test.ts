import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { link } from '../../../src/record/chain.js';
import { appendJournal, JOURNAL_FILE, journalLines } from '../../../src/world/journal-file.js';
import { completeJournal, type JournalPages } from '../../../src/world/journal-restore.js';
import { did, opened, told } from '../report/story.js';

const { entries } = told([...did('0'), opened('SP0'), ...did('1.1')]);
const whole = journalLines(entries);
const lines = whole.split('\n');
/** Two entries per page, as a workflow that holds the first `count` would answer. */
const held =
  (count = entries.length): JournalPages =>
  async (after) =>
    entries.slice(after, Math.min(after + 2, count));
let folder: string;
const file = () => join(folder, JOURNAL_FILE);
const text = async () => await readFile(file(), 'utf8');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stoppoint-restore-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('completing a journal', () => {
  it.each([
    ['lost', ''],
    ['torn in its last line', whole.slice(0, -30)],
    ['torn in the middle', `${whole.slice(0, 300)}\n${lines.slice(4).join('\n')}`],
    ['without its first line', lines.slice(1).join('\n')],
    ['without two in the middle', lines.filter((_, n) => n !== 2 && n !== 3).join('\n')],
    ['with a line twice and one missing', [...lines.slice(0, 2), ...lines.slice(1, 2), ...lines.slice(3)].join('\n')],
    ['of zeros', '\0'.repeat(500)],
  ])('%s: it is whole again, byte for byte', async (_, damaged) => {
    await writeFile(file(), damaged);
    expect(await completeJournal(folder, { pages: held(), settleMs: 0 })).toMatchObject({ kind: 'restored' });
    expect(await text()).toBe(whole);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('leaves a whole one alone', async () => {
    await writeFile(file(), whole);
    const before = await stat(file());
    expect(await completeJournal(folder, { pages: held(), settleMs: 0 })).toEqual({ kind: 'whole' });
    expect((await stat(file())).ino).toBe(before.ino);
  });

  it.each([
    ['an altered byte', whole.replace('"ms":1200', '"ms":1201'), 4],
    ['an entry of another run', `${lines.slice(0, 2).join('\n')}\n${journalLines([relinked(3)])}`, 3],
    ['more than the run ever had', whole + journalLines([relinked(entries.length + 1)]), entries.length + 1],
  ])('keeps %s as it is: that is evidence, not damage', async (_, altered, from) => {
    await writeFile(file(), altered);
    expect(await completeJournal(folder, { pages: held(), settleMs: 0 })).toEqual({ kind: 'contradicts', from });
    expect(await text()).toBe(altered);
  });

  it('writes nothing when who should hold the journal answers with a broken one', async () => {
    await writeFile(file(), lines[0] ?? '');
    const wrong: JournalPages = async (after) => entries.slice(after + 1);
    expect(await completeJournal(folder, { pages: wrong, settleMs: 0 })).toMatchObject({ kind: 'contradicts' });
    expect(await text()).toBe(lines[0]);
  });

  it('leaves what another writer is just adding to that writer', async () => {
    await writeFile(file(), journalLines(entries.slice(0, 2)));
    const inode = (await stat(file())).ino;
    const asked = completeJournal(folder, { pages: held(), settleMs: 150 });
    await appendJournal(folder, entries.slice(2));
    expect(await asked).toEqual({ kind: 'whole' });
    expect([await text(), (await stat(file())).ino]).toEqual([whole, inode]);
  });

  it('finds what the mirror wrote into the file that it replaced', async () => {
    await writeFile(file(), '');
    let count = 3;
    const growing: JournalPages = async (after) => {
      const page = await held(count)(after);
      // The run goes on after it was asked: the last page of the first round does not have these yet.
      if (page.length === 0) count = entries.length;
      return page;
    };
    expect(await completeJournal(folder, { pages: growing, settleMs: 0 })).toEqual({ kind: 'restored', entries: entries.length });
    expect(await text()).toBe(whole);
  });
});

/** A well-made entry that this run never had: its chain holds, its content is another's. */
function relinked(n: number) {
  return link({ n, at: 1, event: { type: 'hold ended' } as const, previous: entries[n - 2]?.hash ?? '' });
}
