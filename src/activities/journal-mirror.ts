import { Context } from '@temporalio/activity';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalPage, RunActivities } from '../workflows/messages.js';
import { appendJournal, readJournal } from '../world/journal-file.js';
import { completeJournal, type JournalPages } from '../world/journal-restore.js';
import { exclusively } from './exclusively.js';

const ASK_MS = 5_000;

/**
 * Copies the run's journal to disk as it grows. Entries that are there already are skipped by their hash; what was
 * lost of those before is asked back from the workflow.
 */
export function journalMirror(runsFolder: string): RunActivities['journal.mirror'] {
  return async ({ runId, entries }) => {
    const context = Context.current();
    context.heartbeat();
    const folder = join(runsFolder, runId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // A late second attempt must not interleave with the first one's write.
    await exclusively(`journal ${runId}`, NEVER, async () => {
      const before = (entries[0]?.n ?? 1) - 1;
      // A repair must not hold up the run, which may be in its window: the next mirror or `report` tries again.
      // Counted, not hashed: this runs at every step of the window, and a line that was altered is not mended anyway.
      if ((await readJournal(folder)).filter(({ n }) => n <= before).length < before) {
        await completeJournal(folder, { pages: pagesOf(context), settleMs: 0 }).catch(() => undefined);
      }
      await appendJournal(folder, entries);
    });
  };
}

/** The workflow that waits for this mirror answers queries meanwhile. */
function pagesOf(context: Context): JournalPages {
  return async (after) => {
    context.heartbeat();
    const { workflowExecution } = context.info;
    if (!workflowExecution) return [];
    const handle = context.client.workflow.getHandle(workflowExecution.workflowId, workflowExecution.runId);
    const page = await context.client.withDeadline(Date.now() + ASK_MS, () => handle.query<JournalPage, [number]>('journal', after));
    return page.entries;
  };
}

const NEVER = new AbortController().signal;
