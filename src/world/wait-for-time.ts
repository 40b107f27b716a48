import { setTimeout as pause } from 'node:timers/promises';

/** Long timers drift, overflow, and do not see that somebody set the clock. */
const LONGEST_MS = 30_000;

/** Waits until the clock shows this time (milliseconds since the epoch), or rejects as soon as the signal is aborted. */
export async function waitForTime(time: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const left = time - Date.now();
    if (left <= 0) return;
    await pause(Math.min(left, LONGEST_MS), undefined, { signal });
  }
}
