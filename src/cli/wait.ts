import { setTimeout as pause } from 'node:timers/promises';
import { StoppointError } from '../plan/diagnostic.js';
import { STOP_POINT_IDS } from '../plan/operation.js';
import type { RunState } from '../plan/run-state.js';
import { progressLines } from '../report/progress.js';
import { statusText } from '../report/status-text.js';
import { duration } from '../report/words.js';
import type { RunOnDisk } from '../world/run-folder.js';
import { exitCodeOf } from './exit-codes.js';
import { look, statusFor } from './look.js';
import { RUN_OPTIONS, selectRun } from './select-run.js';
import { type Answer, type Session, textOf, type Verb } from './verb.js';

const LOOK_EVERY_MS = 400;

export const waitVerb: Verb = {
  usage: 'wait',
  summary: 'return when the run waits for a person or ends; the exit code says which',
  examples: ['stoppoint wait', 'stoppoint wait --for SP4 --timeout 30m'],
  options: [
    ...RUN_OPTIONS,
    ['--for <what>', 'SP0 … SP7, hold, or end; a hold and the end always return'],
    ['--timeout <duration>', 'give up after this long, for example 90s, 30m, 2h'],
    ['--quiet', 'no line per step'],
  ],
  run: async (session, _args, options) => {
    const run = await selectRun(session, options);
    const timeout = textOf(options['timeout']);
    return await follow(session, run, {
      until: targetOf(textOf(options['for'])),
      timeoutMs: timeout === undefined ? null : milliseconds(timeout),
      quiet: options['quiet'] === true,
      fromTheStart: false,
    });
  },
};

export interface Following {
  readonly until: string;
  readonly timeoutMs: number | null;
  readonly quiet: boolean;
  /** Also tell what happened before the first look. */
  readonly fromTheStart: boolean;
}

/** Tells what happens until the run has come where it was to come. */
export async function follow(session: Session, run: RunOnDisk, { until, timeoutMs, quiet, fromTheStart }: Following): Promise<Answer> {
  const deadline = timeoutMs === null ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs;
  let before: RunState | null = fromTheStart ? null : (await look(session, run)).state;
  for (;;) {
    const seen = await look(session, run);
    const lines = quiet ? [] : progressLines(run.plan, before, seen.state);
    for (const line of lines) session.say(line);
    // The journal on disk lags behind the worker: a stop point that looks open there may just have been released.
    const certain = seen.source.from === 'worker' || seen.state.status === 'ended';
    if (certain && hasArrived(seen.state, until)) {
      const status = await statusFor(session, run, seen);
      return { exitCode: exitCodeOf(seen.state), text: statusText(status), document: status };
    }
    if (Date.now() > deadline) {
      throw new StoppointError('WAIT_TIMED_OUT', `run '${run.runId}' is '${seen.state.status}' after ${duration(timeoutMs ?? 0)}`);
    }
    before = seen.state;
    await pause(LOOK_EVERY_MS);
  }
}

export function hasArrived(state: RunState, until: string): boolean {
  if (state.status === 'ended' || state.status === 'on hold') return true;
  if (exitCodeOf(state) === 5) return true;
  if (until === 'any') return state.status === 'waiting';
  const stopPoint = state.stopPoints[until as keyof RunState['stopPoints']];
  return stopPoint?.status === 'open' || stopPoint?.status === 'released';
}

function targetOf(text: string | undefined): string {
  if (text === undefined) return 'any';
  if (text === 'end' || text === 'hold' || (STOP_POINT_IDS as readonly string[]).includes(text)) return text;
  throw new StoppointError('USAGE', `--for '${text}' is none of SP0 … SP7, hold, end`, { next: "run 'stoppoint wait --help'" });
}

const UNITS: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

export function milliseconds(text: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  if (!count || !unit)
    throw new StoppointError('USAGE', `'${text}' is not a duration such as 90s, 30m, 2h`, { next: "run 'stoppoint wait --help'" });
  return Number(count) * (UNITS[unit] ?? 1);
}
