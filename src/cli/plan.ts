import { resolve } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';
import { renderPlan } from '../plan/render.js';
import type { RunPlan } from '../plan/run-plan.js';
import type { Target } from '../plan/target.js';
import { connectDocker } from '../world/docker.js';
import { writeJson } from '../world/json-file.js';
import { planFromFile } from '../world/plan-from-file.js';
import { isInside } from '../world/state-directory.js';
import { deploymentFolders } from './deployment-folders.js';
import { textOf, type Verb } from './verb.js';

export const planVerb: Verb = {
  usage: 'plan',
  summary: 'what would be done, one line per step; changes nothing',
  examples: ['stoppoint plan', 'stoppoint plan --out run-plan.json && stoppoint start run-plan.json'],
  options: [['--out <file>', 'also save the run plan; `start` takes it and checks that the world still fits']],
  run: async (session, _args, options) => {
    const plan = await planFromFile({ path: session.file, docker: connectDocker() });
    const out = textOf(options['out']);
    if (out !== undefined) {
      refuseInDeployment(resolve(out), plan);
      await writeJson(resolve(out), plan);
      session.io.err(`the run plan is in '${out}'\n`);
    }
    return { exitCode: 0, text: renderPlan(plan), document: { version: 1, kind: 'plan', plan } as never };
  },
};

/** Planning changes no byte of the deployment, not by a file of its own either. */
function refuseInDeployment(out: string, plan: RunPlan<Target>): void {
  const folder = deploymentFolders(plan.target).find((candidate) => isInside(out, candidate));
  if (folder)
    throw new StoppointError('USAGE', `'${out}' lies inside '${folder}', which belongs to the deployment`, {
      next: 'name a file elsewhere',
    });
}
