import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import { hostname } from 'node:os';
import type { TemporalTarget } from '../client.js';
import { StoppointError } from '../plan/diagnostic.js';
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

/** The given server, else the one that `stoppoint up` keeps here. */
export async function temporalTarget({ service, env = process.env }: { service: string; env?: Env }): Promise<TemporalTarget> {
  const given = givenTarget(env);
  if (given) return given;
  const file = await readServiceFile(service);
  if (!file) throw new StoppointError('TEMPORAL_UNREACHABLE', "no Temporal server is named, and 'stoppoint up' has not started one here");
  return { connection: { address: file.address }, namespace: file.namespace, taskQueue: env['STOPPOINT_TASK_QUEUE'] || file.taskQueue };
}
