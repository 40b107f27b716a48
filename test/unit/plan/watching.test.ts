import { describe, expect, test } from '@jest/globals';
import { judged, judgedGrowth, NO_SAMPLES, type Sample, type Tally, withSample } from '../../../src/plan/watching.js';

const look = (ok: boolean, start = 'a 0', ms = 5): Sample => ({ answers: { health: { ok, ms } }, starts: { backend: start } });
const tally = (...samples: Sample[]): Tally => samples.reduce(withSample, NO_SAMPLES);
const verdicts = (now: Tally, baseline: Tally | null) => Object.fromEntries(judged(now, baseline).map(({ id, verdict }) => [id, verdict]));

describe('a watch', () => {
  const good = { 'no-new-errors': 'pass', answers: 'pass', 'restarts-stable': 'pass' };

  test('passes when nothing fails and nothing restarts', () => {
    expect(verdicts(tally(look(true), look(true)), tally(look(true)))).toEqual(good);
  });

  test('fails on one failed answer that the baseline did not have', () => {
    expect(verdicts(tally(look(true), look(false), look(true)), tally(look(true)))).toEqual({ ...good, 'no-new-errors': 'fail' });
  });

  test('passes when as many answers failed before, in proportion', () => {
    const before = tally(look(true), look(false));
    expect(verdicts(tally(look(false), look(true), look(false), look(true)), before)).toEqual(good);
    expect(verdicts(tally(look(false), look(false), look(true)), before)).toEqual({ ...good, 'no-new-errors': 'fail' });
  });

  test('fails when the last answer is a failure, even if failures were usual', () => {
    expect(verdicts(tally(look(true), look(false)), tally(look(false)))).toEqual({ ...good, answers: 'fail' });
  });

  test('sees a container that was started anew, and one that has gone', () => {
    expect(verdicts(tally(look(true, 'a 0'), look(true, 'a 1')), null)['restarts-stable']).toBe('fail');
    expect(verdicts(tally(look(true), { ...look(true), starts: {} }), null)['restarts-stable']).toBe('fail');
  });

  test('without a look, or without a check, proves nothing', () => {
    expect(verdicts(NO_SAMPLES, null)).toEqual({ 'no-new-errors': 'fail', answers: 'fail', 'restarts-stable': 'fail' });
    expect(verdicts(tally({ answers: {}, starts: { backend: 'a 0' } }), null)['no-new-errors']).toBe('fail');
  });

  test('without a baseline allows no failure', () => {
    expect(verdicts(tally(look(false), look(true)), null)['no-new-errors']).toBe('fail');
  });
});

describe('a table that grew before', () => {
  test('must grow', () => {
    expect(judgedGrowth({ rows: 3, seconds: 5 }, { rows: 4, seconds: 3 }).verdict).toBe('pass');
    expect(judgedGrowth({ rows: 0, seconds: 5 }, { rows: 4, seconds: 3 }).verdict).toBe('fail');
    expect(judgedGrowth({ rows: -1, seconds: 5 }, { rows: 4, seconds: 3 }).verdict).toBe('fail');
    expect(judgedGrowth({ rows: 0, seconds: 5 }, null).verdict).toBe('fail');
  });

  test('need not, if it did not before either', () => {
    expect(judgedGrowth({ rows: 0, seconds: 5 }, { rows: 0, seconds: 3 }).verdict).toBe('pass');
  });
});
