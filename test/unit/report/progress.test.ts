import { describe, expect, it } from '@jest/globals';
import { progressLines } from '../../../src/report/progress.js';
import { approved, did, opened, PLAN, stepId, told } from './story.js';

describe('progress', () => {
  it('tells each step once, when it changes', () => {
    const first = told(did('0')).state;
    const second = told([...did('0'), ...did('1.1')]).state;
    expect(progressLines(PLAN, null, first)).toEqual(['  ✔ [0] #1 container:lock: take the host lock of this deployment  1.2 s']);
    expect(progressLines(PLAN, first, second)).toHaveLength(1);
    expect(progressLines(PLAN, second, second)).toEqual([]);
  });

  it('tells stop points, the window, the way back and the end', () => {
    const before = told([opened('SP5')]).state;
    const step = stepId('3.2');
    const after = told([
      opened('SP5'),
      ...approved('SP5'),
      { type: 'window opened' },
      { type: 'step armed', step, attempt: 1 },
      { type: 'rollback started', to: 'SP5', cause: 'sick' },
      { type: 'window closed', how: 'rolled back' },
      { type: 'run ended', outcome: 'rolled back' },
    ]).state;
    const lines = progressLines(PLAN, before, after).map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''));
    expect(lines).toEqual([
      '■ SP5 is released',
      'the window opens: production is down',
      'going back to SP5: sick',
      '  ▸ [3.2] #5 project:old: stop and fence the old project (restart off, exited, exit codes known)',
      'the window ends after 3.0 s: rolled back',
      'the run ended: rolled back',
    ]);
  });
});
