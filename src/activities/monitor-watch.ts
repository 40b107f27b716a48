import { setTimeout as pause } from 'node:timers/promises';
import type { Evidence } from '../plan/evidence.js';
import type { OperationOf } from '../plan/operation.js';
import { type Growth, judged, judgedGrowth, meanMs, type Tally } from '../plan/watching.js';
import { type Baseline, growthSince, readBaseline } from './baseline.js';
import { looking, type Operator, type StepContext } from './operator.js';
import { productionPlace } from './production-place.js';
import { type Progress, resumeWatch, watch } from './watch.js';

const PROGRESS = 'progress.json';
/** A table that grows slowly gets this long for its next row after the watch has ended. */
const GRACE_SECONDS = 60;

/** Watches production after the cutover against what it was before. */
export const monitorWatch: Operator<OperationOf<'monitor.watch'>> = looking(look);

async function look(step: StepContext, { seconds }: OperationOf<'monitor.watch'>): Promise<Evidence> {
  const baseline = await readBaseline(step);
  const begun = await resumeWatch(step, seconds, PROGRESS);
  const ended = await watch(step, await productionPlace(step), begun, (progress) => step.folder.write(PROGRESS, progress));
  const growth = await patientGrowth(step, ended, baseline);
  return {
    facts: {
      seconds,
      looks: ended.tally.samples,
      baselineLooks: baseline?.tally.samples ?? 0,
      ...latencies('', ended.tally),
      ...latencies('baseline:', baseline?.tally),
    },
    checks: [...judged(ended.tally, baseline?.tally ?? null), ...(growth ? [judgedGrowth(growth, baseline?.growth ?? null)] : [])],
  };
}

/** When rows came in before, but none did yet: the watch may have been shorter than the time between two rows. */
async function patientGrowth(step: StepContext, ended: Progress, baseline: Baseline | null): Promise<Growth | null> {
  const grewBefore = (baseline?.growth?.rows ?? 0) > 0;
  const deadline = Date.now() + GRACE_SECONDS * 1000;
  for (;;) {
    const growth = await growthSince(step, ended);
    if (!growth || growth.rows > 0 || !grewBefore || Date.now() >= deadline) return growth;
    await pause(1000, undefined, { signal: step.signal });
  }
}

function latencies(prefix: string, tally: Tally | undefined): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(tally?.answers ?? {}).map(([id, answers]) => [
      `${prefix}${id}`,
      `mean ${meanMs(answers)} ms, worst ${answers.worstMs} ms, ${answers.failed} of ${answers.asked} failed`,
    ]),
  );
}
