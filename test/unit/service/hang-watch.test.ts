import { describe, expect, it } from '@jest/globals';
import { hangMs, watchForHang } from '../../../src/service/hang-watch.js';
import type { KeptChild } from '../../../src/service/kept-child.js';
import type { ProcessIdentity } from '../../../src/service/process-identity.js';

/** Watches a child that answers as the list says, then ends the watch; the tries at which it was ended. */
async function watched(answers: readonly boolean[], { restartsAt = -1, limitMs = 10 } = {}): Promise<readonly number[]> {
  const stop = new AbortController();
  const ended: number[] = [];
  let asked = 0;
  let starts = 1;
  const child = {
    plan: { name: 'child' },
    get record() {
      return { process: { pid: starts, started: null }, starts, lastEnd: null };
    },
    end: async ({ pid }: ProcessIdentity) => {
      expect(pid).toBe(starts);
      ended.push(asked);
    },
  } as unknown as KeptChild;
  const next = async () => {
    const answer = answers[asked] ?? true;
    asked += 1;
    if (asked === restartsAt) starts += 1;
    if (asked > answers.length) stop.abort();
    return answer;
  };
  await watchForHang({ child, answers: next, limitMs, stop: stop.signal, say: () => undefined });
  return ended;
}

const no = (count: number) => Array.from({ length: count }, () => false);

describe('the watch for a hung child', () => {
  it('ends it after five unanswered questions in a row', async () => {
    expect(await watched([true, ...no(5)])).toEqual([6]);
    expect(await watched([true, ...no(10)])).toEqual([6, 11]);
  });

  it('forgets four when the fifth is answered', async () => {
    expect(await watched([true, ...no(4), true, ...no(4)])).toEqual([]);
  });

  it('gives one that has not answered yet more time', async () => {
    expect(await watched(no(12), { limitMs: 1_000 })).toEqual([]);
    const [ended = 0] = await watched(no(200));
    expect(ended).toBeGreaterThan(5);
  });

  it('counts anew for each start, and never ends a process for the silence of the one before', async () => {
    expect(await watched([true, ...no(8)], { restartsAt: 5, limitMs: 200 })).toEqual([]);
  });

  it('waits 20 s unless a test says otherwise', () => {
    expect([hangMs({}), hangMs({ STOPPOINT_HANG_MS: '5000' }), hangMs({ STOPPOINT_HANG_MS: 'x' })]).toEqual([20_000, 5_000, 20_000]);
  });
});
