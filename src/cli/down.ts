import { StoppointError } from '../plan/diagnostic.js';
import { stopService } from '../service/stop-service.js';
import { currentRunId, knownDeployments, readRun, type RunOnDisk } from '../world/run-folder.js';
import type { StatePaths } from '../world/state-directory.js';
import type { Verb } from './verb.js';

export const downVerb: Verb = {
  usage: 'down',
  summary: 'stop worker and server; runs stay and go on with the next `up`',
  examples: ['stoppoint down'],
  options: [['--yes', 'even while a run has production down']],
  run: async ({ paths }, _args, options) => {
    const open = await openRuns(paths);
    const inWindow = open.find(({ state }) => state.window?.closedAt === null);
    if (inWindow && options['yes'] !== true) {
      throw new StoppointError('RUN_IN_WINDOW', `run '${inWindow.runId}' of '${inWindow.plan.deployment}' has production down`);
    }
    const stopped = await stopService(paths);
    const rest = open.map(
      ({ runId, plan, state }) => `run ${runId} of ${plan.deployment} stays (${state.status}); it goes on with 'stoppoint up'`,
    );
    const text = [stopped ? 'worker and server are stopped' : 'nothing was running', ...rest, ''].join('\n');
    return { exitCode: 0, text, document: { version: 1, kind: 'service', stopped, openRuns: open.map(({ runId }) => runId) } as never };
  },
};

async function openRuns(paths: StatePaths): Promise<readonly RunOnDisk[]> {
  const runs: RunOnDisk[] = [];
  for (const deployment of await knownDeployments(paths.current)) {
    const runId = await currentRunId(paths.current, deployment);
    // A run folder that somebody removed must not keep the service from being stopped.
    const run = runId === null ? null : await readRun(paths.runs, runId).catch(() => null);
    if (run && run.entries.length > 0 && run.state.status !== 'ended') runs.push(run);
  }
  return runs;
}
