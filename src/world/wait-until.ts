import { setTimeout as pause } from 'node:timers/promises';
import { StoppointError } from '../plan/diagnostic.js';

export interface Waiting {
  /** Ends the sentence "waited N s for …". */
  readonly what: string;
  readonly seconds: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Asks until the answer is neither null nor false; STEP_TIMED_OUT after the deadline. */
export async function waitUntil<T>(ask: () => Promise<T | null | false>, { what, seconds, everyMs = 100, signal }: Waiting): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (Date.now() > deadline) throw new StoppointError('STEP_TIMED_OUT', `waited ${seconds} s for ${what}`);
    await pause(everyMs, undefined, signal ? { signal } : {});
  }
}
