import { join } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';
import type { RunPlan } from '../plan/run-plan.js';
import type { Target } from '../plan/target.js';
import { RUN_PLAN_FILE, readSavedPlan } from '../world/run-folder.js';

/** The frozen plan of a run; refused when its content is not what its hash says. */
export async function readRunPlan(runFolder: string): Promise<RunPlan<Target>> {
  const path = join(runFolder, RUN_PLAN_FILE);
  const plan = await readSavedPlan(path);
  if (!plan) throw new StoppointError('RUN_PLAN_BROKEN', `there is no run plan '${path}'`);
  return plan;
}
