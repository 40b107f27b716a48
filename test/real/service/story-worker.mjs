// The real workflows from the built bundle, with steps that only pretend. The journal and the report are the real ones.
// A file `hang-<activity>` in the state directory keeps that step running; `fail-<activity>` makes it fail.
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { journalMirror } from '../../../dist/activities/journal-mirror.js';
import { runFinish } from '../../../dist/activities/run-finish.js';
import { MEANINGS } from '../../../dist/plan/operations.js';

setInterval(() => process.send?.('alive', undefined, undefined, () => undefined), 500).unref();
const state = process.env['STOPPOINT_STATE_DIR'];
const evidence = { facts: { pretended: true }, checks: [] };
const notThere = async () => Promise.reject(Object.assign(new Error('no such container'), { statusCode: 404 }));
const docker = { getContainer: () => ({ inspect: notThere, remove: notThere }) };

const step = (name, result) => async () => {
  while (existsSync(join(state, `hang-${name}`))) {
    Context.current().heartbeat();
    await pause(50);
  }
  if (existsSync(join(state, `fail-${name}`))) throw ApplicationFailure.nonRetryable(`${name} failed on purpose`, 'STEP_FAILED');
  return { evidence, ...result };
};
const kinds = Object.keys(MEANINGS);
const runsFolder = join(state, 'runs');

const worker = await Worker.create({
  connection: await connected(),
  namespace: process.env['TEMPORAL_NAMESPACE'],
  taskQueue: process.env['STOPPOINT_TASK_QUEUE'],
  workflowBundle: { codePath: fileURLToPath(new URL('../../../dist/workflow-bundle.js', import.meta.url)) },
  stickyQueueScheduleToStartTimeout: '1s',
  activities: {
    ...Object.fromEntries(kinds.map((kind) => [kind, step(kind, { already: false })])),
    ...Object.fromEntries(kinds.map((kind) => [`undo ${kind}`, step(`undo ${kind}`, { how: 'undone' })])),
    'build.id': async () => 'story',
    'journal.mirror': journalMirror(runsFolder),
    'run.finish': runFinish({ docker, runsFolder }),
  },
});
await worker.run();

async function connected() {
  for (;;) {
    try {
      return await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] });
    } catch {
      await pause(100);
    }
  }
}
