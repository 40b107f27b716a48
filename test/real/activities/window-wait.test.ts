import { describe, expect, jest, test } from '@jest/globals';
import { CancelledFailure } from '@temporalio/common';
import { access, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { activitiesOf } from '../../../src/activities/harness.js';
import { windowWait } from '../../../src/activities/window-wait.js';
import { createRunFolder } from '../../../src/world/run-folder.js';
import { waitUntil } from '../../../src/world/wait-until.js';
import { asActivity } from '../support/as-activity.js';
import { targetWith } from '../support/labelled.js';
import { stepContext } from '../support/step-context.js';
import { testRuns } from '../support/test-runs.js';

jest.setTimeout(60_000);

const runs = testRuns('window');

/** A run whose only step is the wait, on a deployment without services: what is left is the clock. */
async function waiting({ opens, baseline = '1ms' }: { readonly opens: number; readonly baseline?: string }) {
  const { docker, folder, runFolder } = runs;
  const planFile = { window: { opens: new Date(opens).toISOString() }, monitor: { 'compare-with': baseline } };
  const { plan, stepId, attempt } = stepContext({
    operation: { kind: 'window.wait' },
    runFolder,
    docker,
    target: targetWith({ planFile }),
  });
  const runId = basename(runFolder);
  await createRunFolder({ runs: folder, runId, plan });
  const { forward } = activitiesOf(windowWait, { docker, runsFolder: folder, secretsOf: () => (name) => name });
  return { runFolder, begin: () => asActivity(() => forward({ runId, stepId, attempt })) };
}

const text = (path: string) => readFile(path, 'utf8').catch(() => null);
const baselineTaken = (runFolder: string) =>
  waitUntil(() => text(join(runFolder, 'baseline.json')), { what: 'the baseline', seconds: 30, everyMs: 10 });

describe('a change window that opens later', () => {
  test('is waited for, to the moment, with a heartbeat all the time', async () => {
    const opens = Date.now() + 2500;
    const { begin } = await waiting({ opens });
    const activity = begin();
    const { already, evidence } = await activity.ended;
    expect(Date.now()).toBeGreaterThanOrEqual(opens);
    expect(Date.now() - opens).toBeLessThan(2000);
    expect([already, evidence.facts['opened']]).toEqual([false, new Date(opens).toISOString()]);
    // One each half second.
    expect(activity.beats()).toBeGreaterThanOrEqual(3);
  });

  test('is given up at once when the run goes back, and nothing says that it had opened', async () => {
    const { begin, runFolder } = await waiting({ opens: Date.now() + 3_600_000 });
    const activity = begin();
    await baselineTaken(runFolder);
    // Two heartbeats later it does nothing but wait.
    const beats = activity.beats();
    await waitUntil(async () => activity.beats() >= beats + 2, { what: 'the wait', seconds: 30, everyMs: 10 });
    const cancelled = Date.now();
    activity.cancel();
    await expect(activity.ended).rejects.toBeInstanceOf(CancelledFailure);
    expect(Date.now() - cancelled).toBeLessThan(2000);
    for (const name of ['identities.json', 'steps/window.wait/1/evidence.json'])
      await expect(access(join(runFolder, name))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('opens no later for a retry, which watches no second baseline', async () => {
    const opens = Date.now() + 3500;
    const { begin, runFolder } = await waiting({ opens, baseline: '3s' });
    const first = begin();
    const baseline = await baselineTaken(runFolder);
    first.cancel();
    await expect(first.ended).rejects.toBeInstanceOf(CancelledFailure);
    expect((await begin().ended).already).toBe(false);
    expect(Date.now()).toBeGreaterThanOrEqual(opens);
    // A second baseline would have ended this much later.
    expect(Date.now() - opens).toBeLessThan(2500);
    expect(await baselineTaken(runFolder)).toBe(baseline);
    expect((await begin().ended).already).toBe(true);
  });

  test('a retry in the middle of the baseline goes on with it', async () => {
    const { begin, runFolder } = await waiting({ opens: Date.now() - 1000, baseline: '3s' });
    const progress = () => text(join(runFolder, 'steps/window.wait/1/baseline-progress.json'));
    const first = begin();
    const saved = await waitUntil(progress, { what: 'the first look', seconds: 30, everyMs: 10 });
    first.cancel();
    await expect(first.ended).rejects.toBeInstanceOf(CancelledFailure);
    await begin().ended;
    const { from, until } = JSON.parse(saved) as { from: number; until: number };
    expect(JSON.parse((await progress()) ?? '')).toMatchObject({ from, until });
  });

  test('in the past, it is not waited for', async () => {
    const began = Date.now();
    const { begin } = await waiting({ opens: began - 60_000 });
    await begin().ended;
    expect(Date.now() - began).toBeLessThan(5000);
  });
});
