import { join } from 'node:path';
import type { ContainerInspectInfo } from 'dockerode';
import { StoppointError } from '../plan/diagnostic.js';
import { readJson, writeJson } from '../world/json-file.js';
import { inspectProject, serviceOf } from '../world/project-containers.js';
import { runCommand } from '../world/run-command.js';
import { type ClusterPlace, placeOf } from './cluster-place.js';
import { type ControlData, parseControlData } from './control-data.js';
import type { StepContext } from './operator.js';
import { askServer } from './postgres-server.js';

type Clusters = { readonly [volume: string]: ClusterPlace | null };

const FILE = 'postgres-volumes.json';

/**
 * Which volumes hold a cluster, and who serves it. Asked before the window opens: a throw-away container costs a second
 * or more, and what cannot be proven inside the window must come out while production still runs.
 */
export async function lookForClusters(step: StepContext): Promise<void> {
  const { app } = step.target.observation;
  const containers = await inspectProject(step.docker, { project: app.name, directory: app.directory });
  const found = await Promise.all(app.volumes.map(async ({ name }) => [name, await clusterOn(step, name, containers)] as const));
  await writeJson(join(step.runFolder, FILE), Object.fromEntries(found) satisfies Clusters);
}

/** The cluster on a volume, as found before the window; null without one. */
export async function knownCluster(step: StepContext, volume: string): Promise<ClusterPlace | null> {
  const known = ((await readJson(join(step.runFolder, FILE))) as Clusters | null)?.[volume];
  // An older Stoppoint wrote `true` or `false` here.
  if (known === undefined || typeof known === 'boolean') {
    throw new StoppointError('STEP_FAILED', `nobody looked before the window whether the volume '${volume}' holds a Postgres cluster`);
  }
  return known;
}

/** What the control file says while no server runs on it. */
export async function stoppedControlData(step: StepContext, { volume, folder }: ClusterPlace, image: string): Promise<ControlData> {
  const { stdout } = await inVolume(step, { volume, image }, ['exec pg_controldata "$1"', `/v${folder}`]);
  return parseControlData(stdout);
}

async function clusterOn(step: StepContext, volume: string, containers: readonly ContainerInspectInfo[]): Promise<ClusterPlace | null> {
  const users = containers.filter((c) => placeOf(c, volume) !== null);
  const image = users[0]?.Image;
  if (!image) return null;
  const { stdout } = await inVolume(step, { volume, image }, [FIND]);
  const all = [...stdout.matchAll(/^(served|idle) (\d+:\d+) (.*)$/gm)].map(([, state, owner = '', folder = '']) => ({
    state,
    owner,
    folder,
  }));
  const found = all.find(({ state }) => state === 'served') ?? all[0];
  if (!found) return null;
  const at = { volume, folder: found.folder, owner: found.owner };
  for (const container of users) {
    const place = { ...at, service: serviceOf(container) };
    if (await serves(step, place, container, found.state === 'served')) return place;
  }
  // A cluster that a running service only keeps, as a copy of one, is files like any other.
  if (found.state === 'idle') return null;
  const names = users.map(serviceOf).join("', '");
  throw new StoppointError(
    'STEP_FAILED',
    `the volume '${volume}' holds a running Postgres cluster, and none of '${names}' answers for it with 'pg_isready' and 'pg_controldata'`,
  );
}

/** Another service may mount the volume, too, with programs of its own: the server is who answers. */
async function serves(step: StepContext, place: ClusterPlace, container: ContainerInspectInfo, running: boolean): Promise<boolean> {
  if (container.State.Running !== running) return false;
  if (running) return (await askServer(step, place, { container, seconds: 2 })) !== null;
  const asked = ['command -v pg_controldata || true'];
  return (await inVolume(step, { volume: place.volume, image: container.Image }, asked)).stdout !== '';
}

/** Asked of the files, not of a name. A base backup holds a `backup_label`, and nobody serves it. */
const FIND = `
for control in /v/global/pg_control /v/*/global/pg_control /v/*/*/global/pg_control; do
  folder=\${control%/global/pg_control}
  if [ -f "$control" ] && [ -f "$folder/PG_VERSION" ] && [ ! -e "$folder/backup_label" ]; then
    [ -e "$folder/postmaster.pid" ] && state=served || state=idle
    echo "$state $(stat -c %u:%g "$control") \${folder#/v}"
  fi
done`;

function inVolume(step: StepContext, { volume, image }: { volume: string; image: string }, [script, ...words]: readonly string[]) {
  const labels = Object.entries(step.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  const args = [
    'run',
    '--rm',
    '--pull',
    'never',
    '--network',
    'none',
    // A cluster's folder is closed to everybody but its owner; an image may run as somebody else.
    '--user',
    '0:0',
    ...labels,
    '-v',
    `${volume}:/v:ro`,
    '-e',
    'LC_ALL=C',
    '--entrypoint',
    'sh',
    image,
    '-c',
    script ?? '',
    'sh',
    ...words,
  ];
  return runCommand({ file: 'docker', args }, { signal: step.signal });
}
