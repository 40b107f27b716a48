import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunEvent } from '../plan/run-event.js';
import { type Entry, firstBrokenLink, link } from '../record/chain.js';
import { entriesIn, JOURNAL_FILE, journalLines, journalText } from './journal-file.js';
import { writeDurably } from './write-durably.js';

/** The entries after a number, from who holds the whole journal; empty at its end. */
export type JournalPages = (after: number) => Promise<readonly Entry<RunEvent>[]>;

export type Completion =
  | { readonly kind: 'whole' }
  | { readonly kind: 'restored'; readonly entries: number }
  /** The file holds something else than the run did, from this entry on. Left as it is: that is evidence. */
  | { readonly kind: 'contradicts'; readonly from: number };

const ROUNDS = 5;

/**
 * Completes a journal on disk that was lost or torn. What is missing comes from `pages`; the whole is put in place at
 * once, and only when every link holds. `settleMs`: how long another writer, the run's own mirror, is given to be done.
 */
export async function completeJournal(
  runFolder: string,
  { pages, settleMs }: { pages: JournalPages; settleMs: number },
): Promise<Completion> {
  let restored = 0;
  // Looked at again after each write: an entry that the mirror added to the file just replaced is then found missing.
  for (let round = 0; round < ROUNDS; round += 1) {
    const text = await journalText(runFolder);
    const found = entriesIn(text);
    const all = await completed(found, pages);
    if ('contradicts' in all) return { kind: 'contradicts', from: all.contradicts };
    const whole = journalLines(all.entries);
    if (whole === text) break;
    if (settleMs > 0) await pause(settleMs);
    if (settleMs > 0 && (await journalText(runFolder)) !== text) continue;
    await writeDurably(join(runFolder, JOURNAL_FILE), whole);
    restored += all.entries.length - found.length;
  }
  return restored > 0 ? { kind: 'restored', entries: restored } : { kind: 'whole' };
}

/** How many entries stand before the first that does not follow. */
function intactEntries(entries: readonly Entry<RunEvent>[]): number {
  return (firstBrokenLink(entries) ?? entries.length + 1) - 1;
}

/** Whether every entry follows from the one before it. */
export function isIntact(entries: readonly Entry<RunEvent>[]): boolean {
  return firstBrokenLink(entries) === null;
}

async function completed(
  found: readonly Entry<RunEvent>[],
  pages: JournalPages,
): Promise<{ readonly entries: readonly Entry<RunEvent>[] } | { readonly contradicts: number }> {
  const intact = found.slice(0, intactEntries(found));
  const head = intact.at(-1);
  // Asked from the last good one on: its hash stands for all before it.
  const rest = await allAfter(Math.max(0, intact.length - 1), pages);
  const isTheRuns = head === undefined || rest[0]?.hash === head.hash;
  const all = isTheRuns ? [...intact.slice(0, -1), ...rest] : await allAfter(0, pages);
  const other = found.find((entry) => link(entry).hash !== entry.hash || all[entry.n - 1]?.hash !== entry.hash);
  const contradicts = firstBrokenLink(all) ?? other?.n;
  return contradicts === undefined ? { entries: all } : { contradicts };
}

async function allAfter(n: number, pages: JournalPages): Promise<readonly Entry<RunEvent>[]> {
  const read: Entry<RunEvent>[] = [];
  for (let page = await pages(n); page.length > 0; page = await pages(n + read.length)) read.push(...page);
  return read;
}
