import { heartbeat } from '@temporalio/activity';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunActivities } from '../workflows/messages.js';
import { appendJournal } from '../world/journal-file.js';
import { exclusively } from './exclusively.js';

/** Copies the run's journal to disk as it grows. Entries that are there already are skipped by their hash. */
export function journalMirror(runsFolder: string): RunActivities['journal.mirror'] {
  return async ({ runId, entries }) => {
    heartbeat();
    const folder = join(runsFolder, runId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // A late second attempt must not interleave with the first one's write.
    await exclusively(`journal ${runId}`, NEVER, () => appendJournal(folder, entries));
  };
}

const NEVER = new AbortController().signal;
