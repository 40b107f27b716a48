import type { ContainerInspectInfo } from 'dockerode';
import type { CheckResult } from '../plan/checks.js';
import { serviceOf } from '../world/project-containers.js';
import type { ClusterPlace } from './cluster-place.js';
import type { ControlData } from './control-data.js';
import type { StepContext } from './operator.js';
import { askLog, askServer } from './postgres-server.js';
import { stoppedControlData } from './postgres-volume.js';
import { StepFolder } from './step-folder.js';

/** A cluster as the adoption of its volume found it: between the old server's stop and the new one's start. */
export interface AdoptedCluster {
  /** The volume's key in the compose file. */
  readonly key: string;
  readonly place: ClusterPlace;
  readonly control: ControlData;
}

const FILE = 'clusters.json';
/** A server that was shut down cleanly is there in a second; the budget of the window ends a longer wait. */
const READY_SECONDS = 20;
const LIMIT = 'same cluster, next transaction id unchanged since the old server stopped';

export async function keepAdopted(step: StepContext, clusters: readonly AdoptedCluster[]): Promise<void> {
  await step.folder.write(FILE, clusters);
}

/** Production's servers started with the data that the old ones left: nobody wrote in between. */
export async function clustersUnchanged(step: StepContext, containers: readonly ContainerInspectInfo[]): Promise<readonly CheckResult[]> {
  const clusters = await adoptedBefore(step);
  if (!clusters) return [{ id: 'cluster', verdict: 'cannot tell', limit: LIMIT, live: 'the adoption of the volumes left no reading' }];
  return await Promise.all(
    clusters.map(async (cluster): Promise<CheckResult> => {
      const container = containers.find((c) => serviceOf(c) === cluster.place.service);
      const said = container ? await compared(step, cluster, container) : cannotTell(`production has no '${cluster.place.service}'`);
      return { id: `cluster:${cluster.key}`, limit: LIMIT, ...said };
    }),
  );
}

/** Of this cutover attempt only: the old project has run and written since an earlier one. */
async function adoptedBefore({ plan, runFolder, attempt }: StepContext): Promise<readonly AdoptedCluster[] | null> {
  const adoption = plan.steps.find(({ kind }) => kind === 'volumes.adopt');
  return adoption ? await StepFolder.of({ runFolder, stepId: adoption.id, attempt }).read(FILE) : null;
}

type Said = Pick<CheckResult, 'verdict' | 'live'>;

async function compared(step: StepContext, { place, control: before }: AdoptedCluster, container: ContainerInspectInfo): Promise<Said> {
  const { Running } = container.State;
  const now = Running
    ? await askServer(step, place, { container, seconds: READY_SECONDS })
    : await stoppedControlData(step, place, container.Image);
  if (!now) return cannotTell(`the server of '${place.service}' does not accept connections`);
  if (now.systemIdentifier !== before.systemIdentifier) return fails(`another cluster: ${now.systemIdentifier}`);
  if (now.timeline !== before.timeline) return fails(`timeline ${now.timeline} instead of ${before.timeline}`);
  // A service that had ended in the old project may have ended here, too.
  const expected = Running ? 'in production' : 'shut down';
  if (now.state !== expected) return fails(`the cluster is '${now.state}'`);
  // A starting server makes no checkpoint, and a later one that tells the same id proves the same.
  if (now.nextXid === before.nextXid) return { verdict: 'pass', live: `cluster ${now.systemIdentifier}, next xid ${now.nextXid}` };
  return await fromLog(step, { place, before, now }, container);
}

/**
 * After a checkpoint of the new server's own the control file tells a later id, and production has rightly written since
 * (this may be the second look, after a crash of ours). Who moved it stands in the log, unless that was recycled: only
 * then nobody can tell.
 */
async function fromLog(
  step: StepContext,
  { place, before, now }: { readonly place: ClusterPlace; readonly before: ControlData; readonly now: ControlData },
  container: ContainerInspectInfo,
): Promise<Said> {
  if (!container.State.Running) return fails(moved(before.nextXid, now.nextXid));
  const atStart = await askLog(step, place, { container, since: before });
  if (atStart === null)
    return cannotTell(`${moved(before.nextXid, now.nextXid)} by a checkpoint at ${now.checkpoint}; the log before it is gone`);
  if (atStart !== before.nextXid) return fails(`${moved(before.nextXid, atStart)} before production's server started`);
  return { verdict: 'pass', live: `cluster ${now.systemIdentifier}, next xid ${atStart} at the start, ${now.nextXid} since` };
}

const moved = (from: string, to: string) => `the next xid moved from ${from} to ${to}`;
const fails = (live: string): Said => ({ verdict: 'fail', live });
const cannotTell = (live: string): Said => ({ verdict: 'cannot tell', live });
