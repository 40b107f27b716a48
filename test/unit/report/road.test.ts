import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { STOP_POINT_AFTER } from '../../../src/plan/render.js';
import { STAGE_IDS } from '../../../src/plan/operation.js';
import { road } from '../../../src/report/road.js';
import { approved, did, opened, PLAN, stepId, told } from './story.js';

const marks = (state: Parameters<typeof road>[1]) =>
  Object.fromEntries(road(PLAN, state).flatMap(({ stations }) => stations.map(({ id, mark }) => [id, mark])));

describe('the road', () => {
  it('has stages and stop points in the order of the story that the workflow tells', () => {
    const story = readFileSync(new URL('../../../src/workflows/migration.ts', import.meta.url), 'utf8');
    const toldThere = [...story.matchAll(/await (?:stage|stopPoint)\('([^']+)'\)/g)].map(([, id]) => id);
    const shownHere = STAGE_IDS.flatMap((stage) => [stage, ...(STOP_POINT_AFTER[stage] ? [STOP_POINT_AFTER[stage]] : [])]);
    expect(shownHere).toEqual(toldThere);
  });

  it('is all ahead before anything ran', () => {
    const { state } = told([]);
    expect(new Set(Object.values(marks(state)))).toEqual(new Set(['pending', 'closed']));
  });

  it('marks what is done, where it waits, and what is ahead', () => {
    const { state } = told([...did('0'), opened('SP0'), ...approved('SP0'), ...did('1.1'), ...did('1.2'), opened('SP1')]);
    expect(marks(state)).toMatchObject({
      '0': 'done',
      SP0: 'released',
      '1.1': 'done',
      '1.2': 'done',
      SP1: 'open',
      '3.0': 'pending',
      SP5: 'closed',
    });
  });

  it('marks a failed step and an undone one', () => {
    const step = stepId('3.2');
    const failure = { code: 'STEP_FAILED', message: 'no', next: '' };
    const failed = told([...did('3.0'), { type: 'step armed', step, attempt: 1 }, { type: 'step failed', step, failure }]);
    expect(marks(failed.state)).toMatchObject({ '3.2': 'failed' });
    const undone = told([
      ...did('3.2'),
      { type: 'rollback started', to: 'SP5', cause: 'asked' },
      { type: 'undo started', step },
      { type: 'undo done', step, ms: 1, how: 'undone', evidence: { facts: {}, checks: [] } },
    ]);
    expect(marks(undone.state)).toMatchObject({ '3.2': 'undone' });
  });

  it('leaves out stages without steps', () => {
    expect(Object.keys(marks(told([]).state))).not.toContain('4.1');
  });
});
