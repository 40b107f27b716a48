import { log } from '@temporalio/activity';
import type Docker from 'dockerode';
import { join } from 'node:path';
import { reportOf } from '../report/report.js';
import { reportText } from '../report/report-text.js';
import type { RunActivities } from '../workflows/messages.js';
import { isNotFound, orNull } from '../world/docker.js';
import { writeJson } from '../world/json-file.js';
import { readRun } from '../world/run-folder.js';
import { writeDurably } from '../world/write-durably.js';

const RUN_LABEL = 'org.stoppoint.run';

/** The end of a run, whatever its outcome: the report lies in its folder, and the host lock is free again. */
export function runFinish({ docker, runsFolder }: { docker: Docker; runsFolder: string }): RunActivities['run.finish'] {
  return async ({ runId }) => {
    const run = await readRun(runsFolder, runId);
    const report = reportOf(run);
    await writeJson(join(run.folder, 'report.json'), report);
    await writeDurably(join(run.folder, 'report.txt'), reportText(report));
    await releaseLock(docker, { container: run.plan.target.lockContainer, runId });
  };
}

/** Only this run's own lock: after a refusal the container is another run's. */
async function releaseLock(docker: Docker, { container, runId }: { container: string; runId: string }): Promise<void> {
  const found = await orNull(docker.getContainer(container).inspect());
  if (!found) return;
  if (found.Config.Labels[RUN_LABEL] !== runId) {
    log.info('the host lock belongs to another run and stays', { container });
    return;
  }
  try {
    await docker.getContainer(found.Id).remove();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
