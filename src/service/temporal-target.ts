import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import { hostname } from 'node:os';
import type { TemporalTarget } from '../client.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { StatePaths } from '../world/state-directory.js';
import { lockHolder } from './lock-file.js';
import { readServiceFile } from './service-file.js';

type Env = { readonly [name: string]: string | undefined };

export const OWN_NAMESPACE = 'stoppoint';

/** Steps run where the Docker engine is: each host has a task queue of its own. */
export function taskQueueOf(env: Env = process.env): string {
  return env['STOPPOINT_TASK_QUEUE'] || `stoppoint@${hostname()}`;
}

/** The server that TEMPORAL_ADDRESS or a profile of Temporal's own environment configuration names, or null. */
export function givenTarget(env: Env = process.env): TemporalTarget | null {
  const overrideEnvVars = Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars });
  if (!connectionOptions.address) return null;
  return {
    // Written for the worker's native connection; the client's takes the same keys.
    connection: connectionOptions as ConnectionOptions,
    namespace: namespace ?? 'default',
    taskQueue: taskQueueOf(env),
  };
}

/** The given server, else the one that `stoppoint up` keeps here. Told at once when that one is down: nobody waits for a deadline. */
export async function temporalTarget(service: ServicePlace): Promise<TemporalTarget> {
  const target = await knownTarget(service);
  if (!givenTarget(service.env) && !(await lockHolder(service.paths.supervisorLock))) {
    throw new StoppointError('TEMPORAL_UNREACHABLE', `the Temporal server at '${target.connection.address}' is down`, {
      next: "run 'stoppoint up'",
    });
  }
  return target;
}

/** The same, whether it runs or not. */
export async function knownTarget({ paths, env }: ServicePlace): Promise<TemporalTarget> {
  const given = givenTarget(env);
  if (given) return given;
  const file = await readServiceFile(paths.service);
  if (!file) throw new StoppointError('TEMPORAL_UNREACHABLE', "no Temporal server is named, and 'stoppoint up' has not started one here");
  return { connection: { address: file.address }, namespace: file.namespace, taskQueue: env['STOPPOINT_TASK_QUEUE'] || file.taskQueue };
}

interface ServicePlace {
  readonly paths: Pick<StatePaths, 'service' | 'supervisorLock'>;
  readonly env: Env;
}
