import { StoppointError } from '../plan/diagnostic.js';
import { standsOn } from '../plan/observed.js';
import type { RunPlan } from '../plan/run-plan.js';
import type { Target } from '../plan/target.js';
import { counted } from '../report/words.js';
import { differences } from '../report/difference.js';
import { connectDocker } from '../world/docker.js';
import { observe } from '../world/observe.js';
import { planFromFile, readPlanFile } from '../world/plan-from-file.js';
import { readSavedPlan } from '../world/run-folder.js';

/** The run plan to start: compiled now, or saved before and still true. */
export async function preparedPlan({ saved, file }: { saved: string | undefined; file: string }): Promise<RunPlan<Target>> {
  const docker = connectDocker();
  if (saved === undefined) return await planFromFile({ path: file, docker });
  const plan = await readSavedPlan(saved);
  if (!plan) throw new StoppointError('RUN_PLAN_BROKEN', `there is no run plan '${saved}'`);
  await demandSameWorld(plan);
  return plan;
}

/** What was reviewed is what runs: a plan for another state of the world is refused, with the difference. */
async function demandSameWorld({ target }: RunPlan<Target>): Promise<void> {
  const now = await observe({ planFile: target.planFile.content, home: target.home, docker: connectDocker() });
  const found = [
    ...(await planFileDifference(target)),
    ...differences(standsOn(target.observation), standsOn(now), { before: 'then', after: 'now' }),
  ];
  if (found.length === 0) return;
  const problems = found.map((message) => ({ file: target.planFile.path, line: null, column: null, path: '', message }));
  throw new StoppointError(
    'WORLD_CHANGED',
    `the world is not the one that this run plan was compiled for: ${counted(found.length, 'difference')}`,
    {
      problems,
    },
  );
}

async function planFileDifference({ planFile }: Target): Promise<readonly string[]> {
  const now = await readPlanFile(planFile.path).catch(() => null);
  return now && now.sha256 === planFile.sha256 ? [] : ['the plan file was changed since'];
}
