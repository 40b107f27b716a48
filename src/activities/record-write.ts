import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import type { CheckResult } from '../plan/checks.js';
import type { OperationOf } from '../plan/operation.js';
import { digestText } from '../record/digest.js';
import { systemIdentifier } from '../world/identities.js';
import { inspectProject, serviceOf } from '../world/project-containers.js';
import { tableCounts } from '../world/table-counts.js';
import { writeDurably } from '../world/write-durably.js';
import { clusterOf, sqlOptions } from './both-databases.js';
import { done, notDone, type Operator, type StepContext } from './operator.js';
import { statePreserved } from './state-preserved.js';

export const RECORD_FILE = 'deployment-record.json';

/** The deployment record: what was measured at the end, not what somebody ticked. */
export const recordWrite: Operator<OperationOf<'record.write'>> = {
  async probe({ folder, runFolder }) {
    const written = await folder.read<{ sha256: string }>('record.json');
    const text = await readFile(join(runFolder, RECORD_FILE), 'utf8').catch(() => null);
    return written && text && digestText(text) === written.sha256 ? done('the record is written') : notDone('the record is not written');
  },
  async act(step) {
    const environments = await Promise.all((['production', 'staging'] as const).map((environment) => measured(step, environment)));
    const checks = [...(await statePreserved(step)), await productionData(step), await stagingDatabase(step), await nothingLost(step)];
    const text = `${JSON.stringify({ version: 1, run: step.runId, deployment: step.plan.deployment, plan: step.plan.hash, environments, checks }, null, 2)}\n`;
    await writeDurably(join(step.runFolder, RECORD_FILE), text);
    // A record with a red line is kept to be read, and written anew by the next attempt.
    if (checks.every(({ verdict }) => verdict === 'pass')) await step.folder.write('record.json', { sha256: digestText(text) });
    return { facts: { record: RECORD_FILE, sha256: digestText(text) }, checks };
  },
};

async function measured({ docker, target }: StepContext, environment: 'production' | 'staging') {
  const { project, folder, ports, volumes } = target.environments[environment];
  const containers = await inspectProject(docker, { project, directory: folder });
  return {
    environment,
    project,
    ports: ports.map(({ service, published }) => `${service}:${published}`),
    volumes: Object.values(volumes),
    containers: containers.map((c) => ({
      service: serviceOf(c),
      id: c.Id,
      image: c.Image,
      running: c.State.Running,
      restarts: c.RestartCount,
    })),
  };
}

async function productionData({ docker, target }: StepContext): Promise<CheckResult> {
  const { project, folder, volumes } = target.environments.production;
  const mounted = new Set((await inspectProject(docker, { project, directory: folder })).flatMap((c) => c.Mounts.map(({ Name }) => Name)));
  const missing = Object.values(volumes).filter((name) => !mounted.has(name));
  return {
    id: 'production-data',
    verdict: missing.length === 0 ? 'pass' : 'fail',
    limit: 'every old volume is mounted by production',
    live: missing.join(', ') || Object.values(volumes).join(', '),
  };
}

async function stagingDatabase(step: StepContext): Promise<CheckResult> {
  const [production = '', staging = ''] = await Promise.all(
    (['production', 'staging'] as const).map(async (environment) => systemIdentifier(await clusterOf(step, environment), sqlOptions(step))),
  );
  const own = production !== '' && staging !== '' && production !== staging;
  return {
    id: 'staging-database',
    verdict: own ? 'pass' : 'fail',
    limit: 'another cluster than production',
    live: `${production} and ${staging}`,
  };
}

/** Production keeps writing, so equality would prove nothing: no table may have fewer rows than its proven backup. */
async function nothingLost(step: StepContext): Promise<CheckResult> {
  const backup = await freshCounts(step);
  const limit = 'no table has fewer rows than in the backup before the window';
  if (!backup || Object.keys(backup).length === 0)
    return { id: 'nothing-lost', verdict: 'cannot tell', limit, live: 'the fresh backup has no counts' };
  const cluster = await clusterOf(step, 'production');
  const now = await tableCounts(cluster, step.target.planFile.content.schema.compare, sqlOptions(step));
  const lost = Object.entries(backup).filter(([table, rows]) => (now[table] ?? -1) < rows);
  const live =
    lost.map(([table, rows]) => `${table}: ${now[table] ?? 'gone'} of ${rows}`).join(', ') || `${Object.keys(backup).length} tables`;
  return { id: 'nothing-lost', verdict: lost.length === 0 ? 'pass' : 'fail', limit, live };
}

/** Rows per table as the last proven dump counted them under its own snapshot. */
async function freshCounts(step: StepContext): Promise<{ readonly [table: string]: number } | null> {
  const fresh = step.plan.steps.find(({ kind, stage }) => kind === 'backup.postgres' && stage === '3.0');
  if (!fresh) return null;
  const folder = join(step.runFolder, 'backups', fresh.id);
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => null);
  return text === null ? null : countsIn(JSON.parse(text) as Parameters<typeof countsIn>[0], step);
}

function countsIn(
  { details }: { details?: { databases?: { name: string; tables: { name: string; rows: number | string }[] }[] } },
  { target }: StepContext,
) {
  const { projects, schema } = target.planFile.content;
  const tables = details?.databases?.find(({ name }) => name === projects.database.database)?.tables ?? [];
  return Object.fromEntries(
    tables.filter(({ name }) => schema.compare.some((s) => name.startsWith(`${s}.`))).map(({ name, rows }) => [name, Number(rows)]),
  );
}
