import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunEvent } from '../../src/plan/run-event.js';
import { firstBrokenLink } from '../../src/record/chain.js';
import { differencesFrom } from './support/expected.js';
import { Sample } from './support/sample.js';

jest.setTimeout(600_000);

const stopped = (event: RunEvent) => event.type === 'step done' && event.step.includes('project.stop');

describe('a run whose worker is killed at a stop point and inside the window', () => {
  let sample: Sample;
  beforeAll(async () => {
    sample = await Sample.deploy();
  });
  afterAll(() => sample.destroy());

  it('goes on by itself and ends in the same state', async () => {
    await sample.start();
    await sample.releaseAll(['SP0', 'SP1']);
    await sample.until(({ stopPoint }) => stopPoint?.id === 'SP2');
    await sample.kill('worker');
    await sample.releaseAll(['SP2', 'SP3', 'SP4', 'SP5']);
    await sample.untilJournal(stopped);
    await sample.kill('worker');
    await sample.releaseAll(['SP6', 'SP7']);
    expect(await sample.outcome()).toBe('done');
    expect(await differencesFrom('done', await sample.endState())).toEqual([]);
    const journal = await sample.journal();
    expect(firstBrokenLink(journal)).toBeNull();
    // Nothing done twice: the old project was stopped once, in the first attempt.
    expect(journal.filter(({ event }) => event.type === 'window opened')).toHaveLength(1);
    expect(journal.some(({ event }) => event.type === 'rollback started')).toBe(false);
    expect((await sample.service()).worker?.starts).toBe(3);
  });
});

describe('a run whose Temporal server is killed inside the window', () => {
  let sample: Sample;
  beforeAll(async () => {
    sample = await Sample.deploy();
  });
  afterAll(() => sample.destroy());

  it('goes on when the server is back, and ends in the same state', async () => {
    await sample.start();
    await sample.releaseAll(['SP0', 'SP1', 'SP2', 'SP3', 'SP4', 'SP5']);
    await sample.untilJournal((event) => event.type === 'window opened');
    await sample.kill('temporal', 'worker');
    await sample.releaseAll(['SP6', 'SP7']);
    expect(await sample.outcome()).toBe('done');
    expect(await differencesFrom('done', await sample.endState())).toEqual([]);
    expect(firstBrokenLink(await sample.journal())).toBeNull();
  });
});
