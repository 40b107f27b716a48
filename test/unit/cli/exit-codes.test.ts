import { describe, expect, it } from '@jest/globals';
import { CODES } from '../../../src/plan/codes.js';
import { EXIT_CODES, exitCodeOf } from '../../../src/cli/exit-codes.js';
import { hasArrived, milliseconds } from '../../../src/cli/wait.js';
import type { RunEvent } from '../../../src/plan/run-event.js';
import { approved, opened, told } from '../report/story.js';

const after = (...events: readonly RunEvent[]) => told(events).state;
const WENT_BACK: readonly RunEvent[] = [
  opened('SP5'),
  ...approved('SP5'),
  { type: 'rollback started', to: 'SP5', cause: 'sick' },
  { type: 'rollback ended', to: 'SP5' },
  opened('SP5'),
];

describe('the exit code of a run', () => {
  it('is 0 while it goes on and when it is done', () => {
    expect(exitCodeOf(after())).toBe(0);
    expect(exitCodeOf(after({ type: 'run ended', outcome: 'done' }))).toBe(0);
    expect(exitCodeOf(after({ type: 'run ended', outcome: 'ended early' }))).toBe(0);
  });

  it('is 3 at a stop point, 6 on hold, 4 when refused, 5 when rolled back', () => {
    expect(exitCodeOf(after(opened('SP0')))).toBe(3);
    expect(exitCodeOf(after({ type: 'hold opened', why: 'x', step: null }))).toBe(6);
    expect(exitCodeOf(after({ type: 'run ended', outcome: 'refused' }))).toBe(4);
    expect(exitCodeOf(after({ type: 'run ended', outcome: 'rolled back' }))).toBe(5);
  });

  it('is 5 while a run that went back waits for its first new decision, and 3 after that', () => {
    expect(exitCodeOf(after(...WENT_BACK))).toBe(5);
    expect(exitCodeOf(after(...WENT_BACK, ...approved('SP5'), opened('SP6')))).toBe(3);
  });
});

describe('the codes', () => {
  it('exit only with what --help explains', () => {
    const known = Object.keys(EXIT_CODES).map(Number);
    for (const [code, { exit }] of Object.entries(CODES)) expect([code, known.includes(exit)]).toEqual([code, true]);
  });

  it('never exit with 0, and end with a next action', () => {
    for (const { exit, next, what } of Object.values(CODES)) {
      expect(exit).toBeGreaterThan(0);
      expect(next.length).toBeGreaterThan(3);
      expect(what).toMatch(/^[a-z]|^Docker|^Compose/);
    }
  });
});

describe('wait', () => {
  it('returns at any stop point, or only at the one that is named', () => {
    const state = after(opened('SP1'));
    expect(hasArrived(state, 'any')).toBe(true);
    expect(hasArrived(state, 'SP1')).toBe(true);
    expect(hasArrived(state, 'SP2')).toBe(false);
    expect(hasArrived(state, 'end')).toBe(false);
  });

  it('always returns on a hold, at the end, and after going back', () => {
    for (const until of ['any', 'SP7', 'end', 'hold']) {
      expect(hasArrived(after({ type: 'hold opened', why: 'x', step: null }), until)).toBe(true);
      expect(hasArrived(after({ type: 'run ended', outcome: 'done' }), until)).toBe(true);
      expect(hasArrived(after(...WENT_BACK), until)).toBe(true);
    }
  });

  it('reads durations and refuses what is none', () => {
    expect([milliseconds('90s'), milliseconds('30m'), milliseconds('2h'), milliseconds('5ms')]).toEqual([90_000, 1_800_000, 7_200_000, 5]);
    expect(() => milliseconds('soon')).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
