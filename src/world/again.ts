import { setTimeout as pause } from 'node:timers/promises';

const BETWEEN_MS = 300;

/** Tries up to `times` times; the last failure is the failure. For what the world refuses only for a moment. */
export async function again<T>(times: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let left = times; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left <= 1 || signal?.aborted) throw error;
      await pause(BETWEEN_MS, undefined, { signal });
    }
  }
}
