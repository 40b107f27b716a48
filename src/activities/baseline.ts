import { join } from 'node:path';
import { type Growth, type Tally } from '../plan/watching.js';
import { readJson } from '../world/json-file.js';
import { writeDurably } from '../world/write-durably.js';
import type { StepContext } from './operator.js';
import { growingRows, type Progress, resumeWatch, watch } from './watch.js';

/** How production was before the cutover: what the watch after it is measured against. */
export interface Baseline {
  readonly version: 1;
  readonly project: string;
  readonly tally: Tally;
  readonly growth: Growth | null;
}

const FILE = 'baseline.json';
const PROGRESS = 'baseline-progress.json';

/**
 * Watches the old project for so many seconds and keeps the result in the run's folder. A later cutover attempt takes
 * it anew; a retry of this one, which may come in the middle of a long wait, does not.
 */
export async function takeBaseline(step: StepContext, seconds: number): Promise<Baseline> {
  const taken = await step.folder.read<Baseline>(FILE);
  if (taken) return taken;
  const { name, directory } = step.target.observation.app;
  const save = (progress: Progress) => step.folder.write(PROGRESS, progress);
  const ended = await watch(step, { project: name, directory }, await resumeWatch(step, seconds, PROGRESS), save);
  const baseline: Baseline = { version: 1, project: name, tally: ended.tally, growth: await growthSince(step, ended) };
  await writeDurably(join(step.runFolder, FILE), `${JSON.stringify(baseline, null, 2)}\n`);
  await step.folder.write(FILE, baseline);
  return baseline;
}

export async function readBaseline({ runFolder }: StepContext): Promise<Baseline | null> {
  const found = (await readJson(join(runFolder, FILE))) as Baseline | null;
  return found?.version === 1 ? found : null;
}

export async function growthSince(step: StepContext, { rows, from }: Progress): Promise<Growth | null> {
  const now = await growingRows(step);
  if (now === null || rows === null) return null;
  return { rows: now - rows, seconds: Math.round((Date.now() - from) / 1000) };
}
