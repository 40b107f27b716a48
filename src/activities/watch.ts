import { setTimeout as pause } from 'node:timers/promises';
import { sqlName } from '../invocations/psql.js';
import type { HttpCheck, ServiceCheck } from '../plan/schema.js';
import { NO_SAMPLES, type Sample, type Tally, withSample } from '../plan/watching.js';
import type { ProjectContainer, ProjectPlace } from '../world/project-containers.js';
import { sqlNumber } from '../world/psql.js';
import { viewPorts } from '../world/service-ports.js';
import { clusterOf, sqlOptions } from './both-databases.js';
import type { StepContext } from './operator.js';
import { askOnce } from './service-answers.js';

/** A watch that goes on after a crash: until the same moment, with what was counted before. */
export interface Progress {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
  /** Rows of the growing table at the beginning; null without one. */
  readonly rows: number | null;
  readonly tally: Tally;
}

/** Looks at production again and again until the watch's own deadline; `save` makes each look outlive a crash. */
export async function watch(
  step: StepContext,
  place: ProjectPlace,
  begun: Progress,
  save: (progress: Progress) => Promise<void>,
): Promise<Progress> {
  const { every } = step.target.planFile.content.monitor;
  let progress = begun;
  do {
    step.signal.throwIfAborted();
    const next = Date.now() + every * 1000;
    progress = { ...progress, tally: withSample(progress.tally, await sample(step, place)) };
    await save(progress);
    await pause(Math.max(0, Math.min(next, progress.until) - Date.now()), undefined, { signal: step.signal });
  } while (Date.now() < progress.until);
  return progress;
}

/** A watch that failed begins anew when a person retries it; one that crashed goes on until the same moment. */
export async function resumeWatch(step: StepContext, seconds: number, file: string): Promise<Progress> {
  const saved = await step.folder.read<Progress>(file);
  if (saved && Date.now() < saved.until) return saved;
  const rows = await growingRows(step);
  const begun = { from: Date.now(), until: Date.now() + seconds * 1000, rows, tally: NO_SAMPLES };
  await step.folder.write(file, begun);
  return begun;
}

/** Rows of the table that production keeps adding to; null when the plan file names none. */
export async function growingRows(step: StepContext): Promise<number | null> {
  const { 'growing-table': table } = step.target.planFile.content.monitor;
  if (!table) return null;
  const name = table.split('.').map(sqlName).join('.');
  return await sqlNumber(await clusterOf(step, 'production'), `SELECT count(*) FROM ${name};`, sqlOptions(step));
}

export async function sample(step: StepContext, place: ProjectPlace): Promise<Sample> {
  const { checks } = step.target.planFile.content;
  const asked = [...checks.both, ...checks.production].filter(isHttp);
  const view = await viewPorts(step.docker, place);
  const answers = await Promise.all(
    asked.map(async (check) => {
      const { problem, ms } = await askOnce(step, view, check);
      return [check.id, { ok: problem === null, ms }] as const;
    }),
  );
  return { answers: Object.fromEntries(answers), starts: startsOf(view.containers) };
}

/** Differs as soon as a container restarts, stops, or is replaced. */
function startsOf(containers: readonly ProjectContainer[]): Sample['starts'] {
  return Object.fromEntries(
    containers.map((one) => [one.service, `${one.id.slice(0, 12)} ${one.status} ${one.restartCount} ${one.startedAt}`]),
  );
}

function isHttp(check: ServiceCheck): check is HttpCheck {
  return 'get' in check;
}
