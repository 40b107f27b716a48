import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealPlan } from '../../../src/plan/run-plan.js';
import { appendJournal } from '../../../src/world/journal-file.js';
import {
  createRunFolder,
  currentRunId,
  knownDeployments,
  readRun,
  readSavedPlan,
  removeUnusedRunFolder,
  setCurrentRunId,
} from '../../../src/world/run-folder.js';
import { makeStateDirectory, type StatePaths } from '../../../src/world/state-directory.js';
import { opened, told } from '../report/story.js';

const plan = sealPlan({ version: 1, deployment: 'demo', steps: [], stopPoints: [], limits: { budgetSeconds: 1 }, target: {} as never });
let paths: StatePaths;

beforeAll(async () => {
  paths = await makeStateDirectory(await mkdtemp(join(tmpdir(), 'stoppoint-runs-')));
});
afterAll(async () => {
  await rm(paths.root, { recursive: true });
});

describe('a run folder', () => {
  it('is for its owner alone, holds the plan, and tells the state from its journal', async () => {
    const folder = await createRunFolder({ runs: paths.runs, runId: '7f3a12cd', plan });
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readRun(paths.runs, '7f3a12cd')).toMatchObject({ plan, state: { runId: '7f3a12cd', status: 'running' } });
    await appendJournal(folder, told([opened('SP0')]).entries);
    expect(await readRun(paths.runs, '7f3a12cd')).toMatchObject({ state: { status: 'waiting', startedBy: 'kim' } });
  });

  it('is never made twice for one id', async () => {
    await expect(createRunFolder({ runs: paths.runs, runId: '7f3a12cd', plan })).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('stays when its run has a journal, and goes when it never started', async () => {
    const unused = await createRunFolder({ runs: paths.runs, runId: 'unused', plan });
    await removeUnusedRunFolder(unused);
    await removeUnusedRunFolder(join(paths.runs, '7f3a12cd'));
    await expect(readRun(paths.runs, 'unused')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    await expect(readRun(paths.runs, '7f3a12cd')).resolves.toBeDefined();
  });

  it.each(['missing', '../runs/7f3a12cd', ''])('is not found under %j', async (runId) => {
    await expect(readRun(paths.runs, runId)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });
});

describe('a saved run plan', () => {
  const saved = () => join(paths.root, 'plan.json');

  it('is read back as it was', async () => {
    await writeFile(saved(), JSON.stringify(plan));
    expect(await readSavedPlan(saved())).toEqual(plan);
    expect(await readSavedPlan(join(paths.root, 'none.json'))).toBeNull();
  });

  it.each([
    ['edited by hand', () => JSON.stringify({ ...plan, limits: { budgetSeconds: 9_999 } })],
    ['not JSON', () => 'no'],
    ['something else', () => '[1]'],
    ['nothing', () => 'null'],
  ])('is refused when it is %s', async (_how, text) => {
    await writeFile(saved(), text());
    await expect(readSavedPlan(saved())).rejects.toMatchObject({ code: 'RUN_PLAN_BROKEN' });
  });
});

describe('the latest run of a deployment', () => {
  it('is remembered by name', async () => {
    expect(await currentRunId(paths.current, 'demo')).toBeNull();
    await setCurrentRunId(paths.current, 'demo', '7f3a12cd');
    expect(await currentRunId(paths.current, 'demo')).toBe('7f3a12cd');
    expect(await knownDeployments(paths.current)).toEqual(['demo']);
    expect(await readFile(join(paths.current, 'demo'), 'utf8')).toBe('7f3a12cd\n');
  });
});
