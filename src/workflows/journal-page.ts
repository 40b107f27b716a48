import type { Entry } from '../record/chain.js';
import type { RunEvent } from '../plan/run-event.js';

/** Below the 100 kB that one payload may have. */
const PAGE_BYTES = 90_000;

const encoder = new TextEncoder();

/** The entries that follow number `after`, as many as one answer may carry, at least one; none at the end. */
export function journalPage(entries: readonly Entry<RunEvent>[], after: unknown): readonly Entry<RunEvent>[] {
  const page: Entry<RunEvent>[] = [];
  let bytes = 0;
  for (const entry of entries.slice(typeof after === 'number' && after > 0 ? Math.floor(after) : 0)) {
    bytes += encoder.encode(JSON.stringify(entry)).length + 1;
    if (page.length > 0 && bytes > PAGE_BYTES) break;
    page.push(entry);
  }
  return page;
}
