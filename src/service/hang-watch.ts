import { setTimeout as pause } from 'node:timers/promises';
import type { KeptChild } from './kept-child.js';

const TRIES = 5;
/** A child that has not answered yet may be slow rather than hung: it gets five times as long. */
const FIRST_LIMITS = 5;

/** How long a child may be silent before it is ended; tests shorten it with STOPPOINT_HANG_MS. */
export function hangMs(env: NodeJS.ProcessEnv = process.env): number {
  return Number(env['STOPPOINT_HANG_MS']) || 20_000;
}

/**
 * Ends a child that lives but does not answer, so that its keeper starts it again as after a crash. `answers` is asked
 * five times per `limitMs`, with a fifth of it as its deadline; the fifth no in a row is one too many. Until the first
 * yes it is asked more often: what hangs just after its start is then known not to be starting. Only the very process
 * that the keeper started is ended.
 */
export async function watchForHang({
  child,
  answers,
  limitMs,
  stop,
  say,
}: {
  readonly child: KeptChild;
  readonly answers: (deadlineMs: number) => Promise<boolean>;
  readonly limitMs: number;
  readonly stop: AbortSignal;
  readonly say: (text: string) => void;
}): Promise<void> {
  const every = limitMs / TRIES;
  let failed = 0;
  let watched = -1;
  let since = 0;
  let hasAnswered = false;
  while (!stop.aborted) {
    const { process, starts } = child.record;
    if (starts !== watched) [watched, since, failed, hasAnswered] = [starts, Date.now(), 0, false];
    const next = pause(hasAnswered ? every : every / TRIES, undefined, { signal: stop }).catch(() => undefined);
    const answered = process === null || (await answers(every));
    await next;
    if (process === null || child.record.starts !== watched) continue;
    failed = answered ? 0 : failed + 1;
    hasAnswered ||= answered;
    const isHung = hasAnswered ? failed >= TRIES : Date.now() - since >= FIRST_LIMITS * limitMs;
    if (!isHung || stop.aborted) continue;
    say(`${child.plan.name} (${process.pid}) lives, but has not answered ${failed} times in a row: it is ended`);
    await child.end(process);
    [since, failed] = [Date.now(), 0];
  }
}
