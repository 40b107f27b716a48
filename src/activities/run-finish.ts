import type Docker from 'dockerode';
import { join } from 'node:path';
import { reportOf } from '../report/report.js';
import { reportText } from '../report/report-text.js';
import type { RunActivities } from '../workflows/messages.js';
import { releaseHostLock } from '../world/host-lock.js';
import { writeJson } from '../world/json-file.js';
import { readRun } from '../world/run-folder.js';
import { writeDurably } from '../world/write-durably.js';

/** The end of a run, whatever its outcome: the report lies in its folder, and the host lock is free if it was this run's. */
export function runFinish({ docker, runsFolder }: { docker: Docker; runsFolder: string }): RunActivities['run.finish'] {
  return async ({ runId }) => {
    const run = await readRun(runsFolder, runId);
    const report = reportOf(run);
    await writeJson(join(run.folder, 'report.json'), report);
    await writeDurably(join(run.folder, 'report.txt'), reportText(report));
    await releaseHostLock(docker, run.plan.target.lockContainer, runId);
  };
}
