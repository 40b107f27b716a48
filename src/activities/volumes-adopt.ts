import type { ContainerInspectInfo } from 'dockerode';
import type { CheckResult } from '../plan/checks.js';
import type { OperationOf } from '../plan/operation.js';
import type { ObservedVolume } from '../plan/observed.js';
import { inspectProject, serviceOf } from '../world/project-containers.js';
import { placeOf } from './cluster-place.js';
import { type AdoptedCluster, keepAdopted } from './clusters-unchanged.js';
import { looking, type StepContext } from './operator.js';
import { knownCluster, stoppedControlData } from './postgres-volume.js';
import { statePreserved } from './state-preserved.js';

/** Between the old project's stop and the new one's start: the data is whole, and it is the same data. */
export const volumesAdopt = looking<OperationOf<'volumes.adopt'>>(async (step) => {
  const { app } = step.target.observation;
  const { production } = step.target.environments;
  const old = await inspectProject(step.docker, { project: app.name, directory: app.directory });
  const created = await inspectProject(step.docker, { project: production.project, directory: production.folder });
  const volumes = await Promise.all(app.volumes.map((volume) => adopted(step, volume, { old, created })));
  // The new server's control file is compared with this, once it runs: see clustersUnchanged.
  await keepAdopted(
    step,
    volumes.flatMap(({ cluster }) => cluster ?? []),
  );
  const preserved = await statePreserved(step);
  const database = preserved.find(({ id }) => id === 'state:database');
  return {
    facts: { volumes: volumes.length },
    checks: [
      ...volumes.map(({ check }) => check),
      {
        id: 'database-untouched',
        verdict: database?.verdict ?? 'cannot tell',
        limit: 'same cluster, same start',
        live: database?.live ?? '',
      },
    ],
  };
});

interface Sides {
  readonly old: readonly ContainerInspectInfo[];
  readonly created: readonly ContainerInspectInfo[];
}

interface Adopted {
  readonly check: CheckResult;
  readonly cluster: AdoptedCluster | null;
}

async function adopted(step: StepContext, volume: ObservedVolume, sides: Sides): Promise<Adopted> {
  const wrong: string[] = [];
  const notes: string[] = [];
  for (const service of volume.services) {
    const from = sides.old.find((c) => serviceOf(c) === service);
    const to = sides.created.find((c) => serviceOf(c) === service);
    if (!from || !to) {
      wrong.push(`${service} is missing on one side`);
      continue;
    }
    if (placeOf(from, volume.name) === null || placeOf(from, volume.name) !== placeOf(to, volume.name))
      wrong.push(`${service} mounts another volume`);
    if (from.Image !== to.Image) wrong.push(`${service} has another image`);
    const { ExitCode, OOMKilled, Running } = from.State;
    // A server that died by a signal leaves files that need recovery: the other side must not be the first to find out.
    if (Running || ExitCode !== 0 || OOMKilled) wrong.push(`${service} did not shut down cleanly (exit code ${ExitCode})`);
    notes.push(`${service} exit ${ExitCode}`);
  }
  const cluster = await clusterOf(step, volume, sides.old);
  if (cluster) {
    const { state, systemIdentifier, nextXid } = cluster.control;
    if (state !== 'shut down') wrong.push(`the cluster of ${cluster.place.service} is '${state}'`);
    notes.push(`cluster ${systemIdentifier}, next xid ${nextXid}`);
  }
  const check: CheckResult = {
    id: `volume:${volume.key}`,
    verdict: wrong.length === 0 ? 'pass' : 'fail',
    limit: `same volume '${volume.name}', same image, clean shutdown`,
    live: (wrong.length > 0 ? wrong : notes).join('; '),
  };
  return { check, cluster };
}

/** Read once, with the programs of the image that served it: its server is down, and no query can ask it. */
async function clusterOf(
  step: StepContext,
  { key, name }: ObservedVolume,
  old: readonly ContainerInspectInfo[],
): Promise<AdoptedCluster | null> {
  const place = await knownCluster(step, name);
  const image = old.find((c) => serviceOf(c) === place?.service)?.Image;
  return place && image ? { key, place, control: await stoppedControlData(step, place, image) } : null;
}
