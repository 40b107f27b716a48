import type Docker from 'dockerode';
import { randomBytes } from 'node:crypto';
import { StoppointError } from '../plan/diagnostic.js';
import { isConflict, isNotFound, orNull } from './docker.js';

/** Whose throw-away things these are; a StepContext is one. */
export interface ScratchOwner {
  readonly docker: Docker;
  readonly runId: string;
  readonly labels: { readonly [label: string]: string };
}

export type ScratchMount =
  | { readonly type: 'volume'; readonly volume: string; readonly target: string; readonly readOnly: boolean }
  | { readonly type: 'bind'; readonly source: string; readonly target: string; readonly readOnly: boolean };

export interface ScratchOptions {
  /** An image that is here already; nothing is pulled. */
  readonly image: string;
  readonly mounts?: readonly ScratchMount[];
  /** A network by id or name; none by default. */
  readonly network?: string;
}

/** Tells throw-away things from what the same step makes to stay. */
const SCRATCH = { 'org.stoppoint.scratch': 'true' };
const LONGEST_LIFE_SECONDS = 4 * 3600;

/** A container of the image that does nothing but wait for `docker exec`, as root. Returns its name. */
export async function startScratchContainer(
  owner: ScratchOwner,
  { image, mounts = [], network = 'none' }: ScratchOptions,
): Promise<string> {
  await refuseMissing(owner.docker, mounts);
  const name = scratchName(owner);
  const container = await owner.docker.createContainer({
    name,
    Image: image,
    User: '0:0',
    WorkingDir: '/',
    // It ends by itself: nobody may ever come back to remove it.
    Entrypoint: ['sleep', String(LONGEST_LIFE_SECONDS)],
    Cmd: [],
    Healthcheck: { Test: ['NONE'] },
    Labels: { ...owner.labels, ...SCRATCH },
    HostConfig: { AutoRemove: true, NetworkMode: network, Mounts: mounts.map(asMount), LogConfig: { Type: 'none', Config: {} } },
  });
  await container.start();
  return name;
}

/** An empty volume, labelled as throw-away. Returns its name. */
export async function makeScratchVolume(owner: ScratchOwner): Promise<string> {
  const name = scratchName(owner);
  await owner.docker.createVolume({ Name: name, Labels: { ...owner.labels, ...SCRATCH } });
  return name;
}

/** Removes every throw-away container and volume of this step, also those of an attempt that was killed. */
export async function sweepScratch(owner: ScratchOwner): Promise<void> {
  const wanted = { ...owner.labels, ...SCRATCH };
  const filters = { label: Object.entries(wanted).map(([label, value]) => `${label}=${value}`) };
  for (const { Id, Labels } of await owner.docker.listContainers({ all: true, filters })) {
    if (!hasAll(Labels, wanted)) continue;
    await removeContainer(owner.docker, Id);
  }
  const { Volumes } = await owner.docker.listVolumes({ filters });
  for (const { Name, Labels } of Volumes ?? []) {
    if (!hasAll(Labels ?? {}, wanted)) continue;
    await orNull(owner.docker.getVolume(Name).remove());
  }
}

/** Docker makes an empty volume for a name that it does not know; a backup of that would prove nothing. */
async function refuseMissing(docker: Docker, mounts: readonly ScratchMount[]): Promise<void> {
  for (const mount of mounts) {
    if (mount.type !== 'volume' || (await orNull(docker.getVolume(mount.volume).inspect()))) continue;
    throw new StoppointError('STEP_FAILED', `there is no volume '${mount.volume}'`, { next: "run 'stoppoint plan' again" });
  }
}

function asMount(mount: ScratchMount): Docker.MountSettings {
  const Source = mount.type === 'volume' ? mount.volume : mount.source;
  return { Type: mount.type, Source, Target: mount.target, ReadOnly: mount.readOnly };
}

/** Waits until it is gone: its volumes are in use until then. `v` takes its anonymous volumes only. */
async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id);
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (isNotFound(error)) return;
    if (!isConflict(error)) throw error;
    await orNull(container.wait({ condition: 'removed' }));
  }
}

function scratchName({ runId }: ScratchOwner): string {
  return `sp-${runId}-${randomBytes(4).toString('hex')}`;
}

function hasAll(labels: { readonly [label: string]: string }, wanted: { readonly [label: string]: string }): boolean {
  return Object.entries(wanted).every(([label, value]) => labels[label] === value);
}
