import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { StatePaths } from '../world/state-directory.js';
import type { ChildPlan } from './kept-child.js';
import { choosePort } from './port.js';
import type { ServiceFile } from './service-file.js';
import { findTemporalBinary } from './temporal-binary.js';
import { givenTarget, OWN_NAMESPACE, taskQueueOf } from './temporal-target.js';

type Env = { readonly [name: string]: string | undefined };

/** What the supervisor is to keep running; decided, and refused, where a person can read the answer. */
export type ServicePlan = Pick<ServiceFile, 'stoppoint' | 'address' | 'namespace' | 'taskQueue' | 'server'>;

export async function planService({
  env,
  before,
  version,
}: {
  env: Env;
  before: ServiceFile | null;
  version: string;
}): Promise<ServicePlan> {
  const given = givenTarget(env);
  const taskQueue = taskQueueOf(env);
  if (given) {
    const { connection, namespace } = given;
    return { stoppoint: version, address: connection.address ?? '', namespace, taskQueue, server: { kind: 'given' } };
  }
  const binary = await findTemporalBinary(env);
  const port = await choosePort({
    asked: env['STOPPOINT_TEMPORAL_PORT'],
    before: before?.server.kind === 'own' ? before.server.port : null,
  });
  return { stoppoint: version, address: `127.0.0.1:${port}`, namespace: OWN_NAMESPACE, taskQueue, server: { kind: 'own', port, binary } };
}

/**
 * Loopback only, state on disk. Eager activities save about 10 ms per step. SQLite's own rollback journal stays:
 * write-ahead logging was measured no faster here, and would spread the state over three files.
 */
export function temporalChild(plan: ServicePlan, paths: StatePaths): ChildPlan | null {
  if (plan.server.kind === 'given') return null;
  const { binary, port } = plan.server;
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--headless', '--namespace', plan.namespace];
  const rest = ['--db-filename', paths.database, '--log-level', 'warn'];
  const tuning = ['--dynamic-config-value', 'system.enableActivityEagerExecution=true'];
  const env = withoutTemporal(process.env);
  return { name: 'temporal', file: binary, args: [...args, ...rest, ...tuning], env, log: paths.temporalLog, speaks: false };
}

export function workerChild(plan: ServicePlan, paths: StatePaths): ChildPlan {
  const script = process.env['STOPPOINT_WORKER_SCRIPT'] ?? fileURLToPath(new URL('../worker.js', import.meta.url));
  const own = {
    ...withoutTemporal(process.env),
    TEMPORAL_ADDRESS: plan.address,
    TEMPORAL_NAMESPACE: plan.namespace,
    // A user's profile must not lend its TLS or key to our own server: a file that is not there is read as empty.
    TEMPORAL_CONFIG_FILE: join(paths.root, 'no-temporal-profile.toml'),
  };
  const env = {
    ...(plan.server.kind === 'own' ? own : process.env),
    STOPPOINT_TASK_QUEUE: plan.taskQueue,
    STOPPOINT_STATE_DIR: paths.root,
  };
  return { name: 'worker', file: process.execPath, args: ['--enable-source-maps', script], env, log: paths.workerLog, speaks: true };
}

function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
