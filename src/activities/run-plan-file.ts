import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';
import { isIntact, type RunPlan } from '../plan/run-plan.js';
import type { Target } from '../plan/target.js';

export const RUN_PLAN_FILE = 'run-plan.json';

/** The frozen plan of a run; refused when its content is not what its hash says. */
export async function readRunPlan(runFolder: string): Promise<RunPlan<Target>> {
  const path = join(runFolder, RUN_PLAN_FILE);
  const plan = JSON.parse(await readFile(path, 'utf8')) as RunPlan<Target>;
  if (!isIntact(plan)) throw new StoppointError('RUN_PLAN_BROKEN', `the run plan '${path}' is not what its hash says`);
  return plan;
}
