import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';

export interface RunningActivity<T> {
  readonly ended: Promise<T>;
  readonly beats: () => number;
  readonly cancel: () => void;
}

/** Starts an activity as a worker would: its heartbeats are counted, and it can be cancelled. */
export function asActivity<T>(activity: () => Promise<T>): RunningActivity<T> {
  const controller = new AbortController();
  let beats = 0;
  const heartbeat = () => {
    beats += 1;
  };
  // The harness reads no more of it than these two.
  const context = { cancellationSignal: controller.signal, heartbeat } as unknown as Context;
  return {
    ended: asyncLocalStorage.run(context, activity),
    beats: () => beats,
    cancel: () => controller.abort(new CancelledFailure('CANCELLED')),
  };
}
