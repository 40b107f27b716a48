import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../plan/run-event.js';
import type { Entry } from '../record/chain.js';

export const JOURNAL_FILE = 'journal.jsonl';

/** What the mirror holds, in order. A last line that a crash tore off is left out; the next append mends it. */
export async function readJournal(runFolder: string): Promise<readonly Entry<RunEvent>[]> {
  return wholeLines(await textOf(runFolder)).map((line) => JSON.parse(line) as Entry<RunEvent>);
}

/**
 * Adds what is not there yet, by number, and syncs. Entries are only ever added: one that contradicts the file
 * is appended too, so that the chain shows the break instead of hiding it.
 */
export async function appendJournal(runFolder: string, entries: readonly Entry<RunEvent>[]): Promise<void> {
  const text = await textOf(runFolder);
  const missing = entries.filter(({ hash }) => !text.includes(`"hash":"${hash}"}\n`));
  if (missing.length === 0) return;
  const file = await open(join(runFolder, JOURNAL_FILE), 'a', 0o600);
  try {
    const whole = Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1));
    if (whole < Buffer.byteLength(text)) await file.truncate(whole);
    await file.appendFile(missing.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
}

async function textOf(runFolder: string): Promise<string> {
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
