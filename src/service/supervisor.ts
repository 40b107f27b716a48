import { Connection } from '@temporalio/client';
import { setTimeout as pause } from 'node:timers/promises';
import type { StatePaths } from '../world/state-directory.js';
import { endLeftovers } from './leftovers.js';
import { hangMs, watchForHang } from './hang-watch.js';
import { KeptChild } from './kept-child.js';
import { keepClosedRuns, serverAnswers } from './namespace.js';
import { identityOf } from './process-identity.js';
import { type ServiceFile, writeServiceFile } from './service-file.js';
import { type ServicePlan, temporalChild, workerChild } from './service-plan.js';

/** Longer than the worker's own shutdown grace: a step gets its time to end well. */
const WORKER_GRACE_MS = 75_000;
const SERVER_GRACE_MS = 10_000;

/** Keeps the server and the worker running until `stop` says so; whichever ends, or hangs, is started again. */
export async function supervise({
  plan,
  paths,
  stop,
  say,
}: {
  plan: ServicePlan;
  paths: StatePaths;
  stop: AbortSignal;
  say: (text: string) => void;
}): Promise<void> {
  await endLeftovers(paths.service);
  const supervisor = await identityOf(process.pid);
  const temporalPlan = temporalChild(plan, paths);
  let ready = false;
  let stopped = false;
  let writing = Promise.resolve();
  const write = () => {
    const file: ServiceFile = {
      version: 1,
      ...plan,
      supervisor: stopped ? null : supervisor,
      temporal: temporal?.record ?? null,
      worker: worker.record,
      ready,
    };
    writing = writing.then(() => writeServiceFile(paths.service, file)).catch((error) => say(`cannot write '${paths.service}': ${error}`));
  };
  const changed = ({ plan: { name }, record }: KeptChild) => {
    say(record.process ? `${name} runs as ${record.process.pid}` : `${name} ended (${record.lastEnd})`);
    write();
  };
  const temporal = temporalPlan && new KeptChild(temporalPlan, changed);
  const worker = new KeptChild(workerChild(plan, paths), changed);

  const watch = (child: KeptChild, answers: (deadlineMs: number) => Promise<boolean>) =>
    void watchForHang({ child, answers, limitMs: hangMs(), stop, say }).catch((error) =>
      say(`cannot watch '${child.plan.name}': ${error}`),
    );

  temporal?.start();
  // A server that was given is somebody else's: it is no child of ours, and never ended by us.
  if (temporal) watch(temporal, (deadlineMs) => serverAnswers(plan, deadlineMs));
  if (temporal) await namespaceReady(plan, stop);
  if (!stop.aborted) worker.start();
  watch(worker, async (deadlineMs) => (worker.silentFor ?? 0) <= deadlineMs);
  ready = !stop.aborted;
  write();
  await aborted(stop);

  say('stopping');
  await worker.stop(WORKER_GRACE_MS);
  await temporal?.stop(SERVER_GRACE_MS);
  ready = false;
  stopped = true;
  write();
  await writing;
  say('stopped');
}

/** Waits until the server answers; sees to it that it keeps what it is told. */
async function namespaceReady({ address, namespace }: ServicePlan, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      try {
        await keepClosedRuns(connection, namespace);
        return;
      } finally {
        await connection.close();
      }
    } catch {
      await pause(100, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
