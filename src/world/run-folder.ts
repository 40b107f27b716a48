import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';
import type { RunEvent } from '../plan/run-event.js';
import { isIntact, type RunPlan } from '../plan/run-plan.js';
import { EMPTY_RUN, reduce, type RunState } from '../plan/run-state.js';
import type { Target } from '../plan/target.js';
import type { Entry } from '../record/chain.js';
import { readJournal } from './journal-file.js';
import { readJson, writeJson } from './json-file.js';
import { writeDurably } from './write-durably.js';

export const RUN_PLAN_FILE = 'run-plan.json';

/** A run as it lies on disk. `state` is the fold of the mirrored journal. */
export interface RunOnDisk {
  readonly runId: string;
  readonly folder: string;
  readonly plan: RunPlan<Target>;
  readonly entries: readonly Entry<RunEvent>[];
  readonly state: RunState;
}

export async function createRunFolder({ runs, runId, plan }: { runs: string; runId: string; plan: RunPlan<Target> }): Promise<string> {
  const folder = join(runs, runId);
  await mkdir(folder, { mode: 0o700 });
  await writeJson(join(folder, RUN_PLAN_FILE), plan);
  return folder;
}

/** Only for a run that never started. */
export async function removeUnusedRunFolder(folder: string): Promise<void> {
  if ((await readJournal(folder)).length > 0) return;
  await rm(join(folder, RUN_PLAN_FILE), { force: true });
  await rm(folder, { recursive: true, force: true });
}

export async function readRun(runs: string, runId: string): Promise<RunOnDisk> {
  const folder = join(runs, runId);
  const plan = /^[A-Za-z0-9-]+$/.test(runId) ? await readSavedPlan(join(folder, RUN_PLAN_FILE)) : null;
  if (!plan) throw new StoppointError('RUN_UNKNOWN', `there is no run '${runId}' in '${runs}'`);
  const entries = await readJournal(folder);
  const start = { ...EMPTY_RUN, runId, deployment: plan.deployment };
  return { runId, folder, plan, entries, state: entries.reduce((state, { event, at }) => reduce(state, event, at), start) };
}

/** A saved run plan, or null when there is no such file. Refused when its content is not what its hash says. */
export async function readSavedPlan(path: string): Promise<RunPlan<Target> | null> {
  if (!(await stat(path).catch(() => null))) return null;
  const plan = (await readJson(path)) as RunPlan<Target> | null;
  const looksLikeOne = plan?.version === 1 && Array.isArray(plan.steps) && Array.isArray(plan.stopPoints);
  if (!looksLikeOne || !isIntact(plan)) throw new StoppointError('RUN_PLAN_BROKEN', `'${path}' is not a run plan, or was edited by hand`);
  return plan;
}

export async function listRunIds(runs: string): Promise<readonly string[]> {
  const entries = await readdir(runs, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The latest run of a deployment, or null. */
export async function currentRunId(current: string, deployment: string): Promise<string | null> {
  const text = await readFile(join(current, deployment), 'utf8').catch(() => null);
  return text?.trim() || null;
}

export async function setCurrentRunId(current: string, deployment: string, runId: string): Promise<void> {
  await writeDurably(join(current, deployment), `${runId}\n`);
}

/** Deployments that have a latest run here. */
export async function knownDeployments(current: string): Promise<readonly string[]> {
  return (await readdir(current).catch(() => [])).filter((name) => !name.includes('.tmp')).sort();
}
