import type Docker from 'dockerode';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { targetOf } from '../compose/targets.js';
import { compile } from '../plan/compile.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { ObservedProject } from '../plan/observed.js';
import { parsePlanFile } from '../plan/read-plan-file.js';
import type { RunPlan } from '../plan/run-plan.js';
import type { PlanFile } from '../plan/schema.js';
import type { Target } from '../plan/target.js';
import { observe } from './observe.js';

export interface PlanFileOnDisk {
  readonly path: string;
  readonly home: string;
  readonly sha256: string;
  readonly content: PlanFile;
}

export async function readPlanFile(path: string): Promise<PlanFileOnDisk> {
  const full = resolve(path);
  const text = await readFile(full, 'utf8').catch((cause: unknown) => {
    throw new StoppointError('PLAN_FILE_MISSING', `there is no plan file '${path}'`, { cause });
  });
  return { path: full, home: dirname(full), sha256: createHash('sha256').update(text).digest('hex'), content: parsePlanFile(text, path) };
}

/** Plan file → observation → run plan. Changes nothing. */
export async function planFromFile({ path, docker }: { path: string; docker: Docker }): Promise<RunPlan<Target>> {
  const file = await readPlanFile(path);
  const { content: planFile, home } = file;
  const observation = await observe({ planFile, home, docker });
  const { app, database } = planFile.projects;
  demandService(observation.database, database.postgres);
  demandService(observation.database, database.gateway);
  if (app.redis) demandService(observation.app, app.redis);
  if (observation.app.git && observation.app.git.dirty.length > 0) {
    const [first] = observation.app.git.dirty;
    throw new StoppointError(
      'WORKTREE_DIRTY',
      `'${observation.app.directory}' has uncommitted changes to tracked files, for example '${first}'`,
    );
  }
  const target = targetOf(planFile, observation, { path: file.path, sha256: file.sha256, home, resolve: (p) => resolve(home, p) });
  return compile(planFile, target);
}

function demandService(project: ObservedProject, name: string): void {
  if (project.services.some((service) => service.name === name)) return;
  throw new StoppointError(
    'PLAN_FILE_INVALID',
    `the plan file names the service '${name}', which the project '${project.name}' does not have`,
  );
}
