import { describe, expect, test } from '@jest/globals';
import { waitForTime } from '../../../src/world/wait-for-time.js';

const never = new AbortController().signal;

describe('waiting for a time', () => {
  test('ends when the clock shows it, and not before', async () => {
    const time = Date.now() + 120;
    await waitForTime(time, never);
    expect(Date.now()).toBeGreaterThanOrEqual(time);
  });

  test('ends at once for a time that has passed', async () => {
    await expect(waitForTime(Date.now() - 1, never)).resolves.toBeUndefined();
  });

  test('is ended by the signal, also months ahead', async () => {
    const controller = new AbortController();
    const waiting = waitForTime(Date.now() + 90 * 86_400_000, controller.signal);
    controller.abort(new Error('rolled back'));
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError', cause: { message: 'rolled back' } });
  });

  test('does not begin when the signal was aborted before', async () => {
    await expect(waitForTime(Date.now() + 3_600_000, AbortSignal.abort(new Error('rolled back')))).rejects.toThrow('rolled back');
  });
});
