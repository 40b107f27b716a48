import { join } from 'node:path';
import type { Cluster } from '../invocations/psql.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { Environment } from '../plan/operation.js';
import { tagOf } from '../world/container-exec.js';
import { readEnvValues } from '../world/env-values.js';
import { tryAsk } from '../world/http.js';
import { projectContainers, type ProjectPlace } from '../world/project-containers.js';
import type { SqlOptions } from '../world/psql.js';
import { endpointOf } from '../world/service-ports.js';
import type { StepContext } from './operator.js';

export type GatewayKey = 'anon' | 'service';

/** Which Compose project is this environment's database. Production's keeps its name and folder (B8). */
export function databasePlace({ target }: StepContext, environment: Environment): ProjectPlace {
  if (environment === 'staging') return { project: target.database.project, directory: target.database.folder };
  const { name, directory } = target.observation.database;
  return { project: name, directory };
}

/** The running cluster of an environment. */
export async function clusterOf(step: StepContext, environment: Environment): Promise<Cluster> {
  const { postgres, superuser, database } = step.target.planFile.content.projects.database;
  const place = databasePlace(step, environment);
  const found = (await projectContainers(step.docker, place)).find(({ service, status }) => service === postgres && status === 'running');
  if (!found) throw new StoppointError('STEP_FAILED', `no container of '${postgres}' in project '${place.project}' runs`);
  return { container: found.id, superuser, database };
}

export function sqlOptions(step: StepContext): SqlOptions {
  return { tag: tagOf(step), signal: step.signal, timeoutMs: 120_000 };
}

/** The value of a key of an environment's database project, from its own `.env`. Never to be shown. */
export async function gatewayKey(step: StepContext, environment: Environment, key: GatewayKey): Promise<string> {
  const name = step.target.planFile.content.projects.database.keys[key];
  const file = join(databasePlace(step, environment).directory, '.env');
  const value = (await readEnvValues(file)).get(name);
  if (value) return value;
  throw new StoppointError('SECRET_MISSING', `'${name}' has no value in '${file}'`);
}

/** The status with which an environment's gateway answers a request for the REST interface, or why it does not. */
export async function askGateway(step: StepContext, environment: Environment, key: string): Promise<number | string> {
  const { gateway, 'gateway-port': port } = step.target.planFile.content.projects.database;
  const endpoint = await endpointOf(step.docker, databasePlace(step, environment), { service: gateway, port });
  if ('why' in endpoint) return endpoint.why;
  const headers = { apikey: key, authorization: `Bearer ${key}` };
  const answer = await tryAsk({ url: `${endpoint.url}/rest/v1/`, headers, signal: step.signal });
  return 'why' in answer ? answer.why : answer.status;
}
