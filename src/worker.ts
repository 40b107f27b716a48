import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createActivities } from './activities/index.js';
import { connectDocker } from './world/docker.js';
import { secretsOf } from './world/secrets.js';
import { makeStateDirectory, stateDirectory } from './world/state-directory.js';

/** Composition root: the only place that builds clients, and the program that the supervisor keeps running. */
// The supervisor ends a worker that has gone silent, since a hung one would leave a run standing in its window.
setInterval(() => process.send?.('alive', undefined, undefined, () => undefined), 500).unref();
const bundle = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
const paths = await makeStateDirectory(stateDirectory());
const config = loadClientConnectConfig();
const worker = await Worker.create({
  connection: await connected(),
  namespace: config.namespace ?? 'default',
  taskQueue: process.env['STOPPOINT_TASK_QUEUE'] ?? `stoppoint@${hostname()}`,
  workflowBundle: { codePath: bundle },
  activities: createActivities({
    docker: connectDocker(),
    runsFolder: paths.runs,
    secretsOf: (plan) => secretsOf(plan.target),
    buildId: createHash('sha256').update(readFileSync(bundle)).digest('hex').slice(0, 12),
  }) as unknown as Record<string, (...args: never[]) => Promise<unknown>>,
  // After a crash the next worker must not wait for the dead one's sticky queue, nor for throttled heartbeats.
  stickyQueueScheduleToStartTimeout: '2s',
  maxHeartbeatThrottleInterval: '500ms',
  defaultHeartbeatThrottleInterval: '500ms',
  shutdownGraceTime: '30s',
  shutdownForceTime: '60s',
});
await worker.run();

/** The server may start after us: a refused connection is asked again, for as long as the supervisor wants us. */
async function connected(): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect(config.connectionOptions);
    } catch (error) {
      process.stderr.write(`waiting for the Temporal server: ${error instanceof Error ? error.message : String(error)}\n`);
      await pause(250);
    }
  }
}
