import { type Cluster, sqlName, sqlText } from '../invocations/psql.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { Environment } from '../plan/operation.js';
import { withMarker } from '../plan/marker.js';
import { tagOf } from '../world/container-exec.js';
import { projectContainers } from '../world/project-containers.js';
import { runSql, sqlNumber } from '../world/psql.js';
import { databaseSizes, keysEndingWith, removeKey } from '../world/redis-keys.js';
import { clusterOf, sqlOptions } from './both-databases.js';
import type { StepContext } from './operator.js';
import { productionPlace, stagingPlace } from './production-place.js';

/** Where a marker may have come to: a database table, or a Redis. */
export interface MarkerStore {
  /** How many rows or keys carry the marker. */
  count(marker: string): Promise<number>;
  /** Removes exactly those. */
  remove(marker: string): Promise<void>;
  /** How much it holds at all: a store without anything proves nothing by not having the marker. */
  size(): Promise<number>;
}

export async function tableStore(step: StepContext, environment: Environment): Promise<MarkerStore> {
  const { table, column } = step.target.planFile.content.isolation.look;
  const cluster: Cluster = await clusterOf(step, environment);
  const name = table.split('.').map(sqlName).join('.');
  const where = (marker: string) => `WHERE ${sqlName(column)}::text = ${sqlText(marker)}`;
  return {
    count: (marker) => sqlNumber(cluster, `SELECT count(*) FROM ${name} ${where(marker)};`, sqlOptions(step)),
    remove: async (marker) => void (await runSql(cluster, `DELETE FROM ${name} ${where(marker)};`, sqlOptions(step))),
    size: () => sqlNumber(cluster, `SELECT count(*) FROM (SELECT FROM ${name} LIMIT 1) AS one;`, sqlOptions(step)),
  };
}

/** Null when the plan file names no Redis. */
export async function redisStore(step: StepContext, environment: Environment): Promise<MarkerStore | null> {
  const { planFile } = step.target;
  const { redis: asked } = planFile.content.isolation;
  const service = planFile.content.projects.app.redis;
  if (!asked || !service) return null;
  const place = environment === 'staging' ? stagingPlace(step) : await productionPlace(step);
  const found = (await projectContainers(step.docker, place)).find((one) => one.service === service && one.status === 'running');
  if (!found) throw new StoppointError('STEP_FAILED', `no container of '${service}' in project '${place.project}' runs`);
  const options = { tag: tagOf(step), signal: step.signal, timeoutMs: 120_000 };
  const keys = (marker: string) => keysEndingWith(found.id, withMarker(asked['key-suffix'], marker) as string, options);
  return {
    count: async (marker) => (await keys(marker)).length,
    remove: async (marker) => {
      for (const key of await keys(marker)) await removeKey(found.id, key, options);
    },
    size: async () => (await databaseSizes(found.id, options)).reduce((sum, { keys: held }) => sum + held, 0),
  };
}
