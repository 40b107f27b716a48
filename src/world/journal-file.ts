import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../plan/run-event.js';
import type { Entry } from '../record/chain.js';

export const JOURNAL_FILE = 'journal.jsonl';

/** What the mirror holds, in order. A last line that a crash tore off is left out; the next append mends it. */
export async function readJournal(runFolder: string): Promise<readonly Entry<RunEvent>[]> {
  return entriesIn(await journalText(runFolder));
}

/** The same line twice is one entry: two writers can meet while a lost journal is completed. */
export function entriesIn(text: string): readonly Entry<RunEvent>[] {
  return [...new Set(wholeLines(text))].map((line) => JSON.parse(line) as Entry<RunEvent>);
}

/**
 * Adds what is not there yet, by number, and syncs. Entries are only ever added: one that contradicts the file
 * is appended too, so that the chain shows the break instead of hiding it.
 */
export async function appendJournal(runFolder: string, entries: readonly Entry<RunEvent>[]): Promise<void> {
  // Looked at again afterwards: the command line may have put a completed file in the place of the one written to.
  for (let tries = 0; tries < 3; tries += 1) if (!(await appended(runFolder, entries))) return;
}

/** False when nothing was missing. */
async function appended(runFolder: string, entries: readonly Entry<RunEvent>[]): Promise<boolean> {
  const text = await journalText(runFolder);
  const missing = entries.filter(({ hash }) => !text.includes(`"hash":"${hash}"}\n`));
  if (missing.length === 0) return false;
  const file = await open(join(runFolder, JOURNAL_FILE), 'a', 0o600);
  try {
    const whole = Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1));
    if (whole < Buffer.byteLength(text)) await file.truncate(whole);
    await file.appendFile(journalLines(missing));
    await file.sync();
  } finally {
    await file.close();
  }
  return true;
}

export function journalLines(entries: readonly Entry<RunEvent>[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

export async function journalText(runFolder: string): Promise<string> {
  try {
    return await readFile(join(runFolder, JOURNAL_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function wholeLines(text: string): readonly string[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '' && isJson(line));
}

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}
