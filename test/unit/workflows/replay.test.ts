import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap, Worker } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

jest.setTimeout(60_000);

const folder = new URL('../../histories/', import.meta.url);
const histories = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as {
    events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
  };
let workflowBundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  const nothing = () => undefined;
  const logger = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../../src/workflows/index.ts', import.meta.url)),
    logger,
  });
});

/** The id that the history was made under: child ids and timers derive from it. */
const replay = (history: unknown) => Worker.runReplayHistory({ workflowBundle }, history, 'stoppoint/r1');

describe('recorded histories', () => {
  it('are there, from the first release on', () => {
    expect(histories.length).toBeGreaterThan(0);
  });

  it.each(histories)('%s replays: a run that waits survives this version', async (name) => {
    await expect(replay(read(name))).resolves.toBeUndefined();
  });

  it('one in which two steps changed places does not replay', async () => {
    const history = read(histories[0] ?? '');
    const steps = history.events
      .map(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled)
      .filter((scheduled) => scheduled !== undefined && scheduled !== null);
    const stop = steps.find(({ activityType }) => activityType.name === 'project.stop');
    const create = steps.find(({ activityType }) => activityType.name === 'project.create');
    if (!stop || !create) throw new Error('the history has no cutover');
    [stop.activityType, create.activityType] = [create.activityType, stop.activityType];
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });
});
