import { mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';
import { exists } from '../world/copy-tree.js';
import { isMarkedBy, MARKER_FILE, readMarker, writeMarker } from '../world/marker.js';
import { removeFolder } from '../world/remove-folder.js';
import { done, partly, type Probe, type StepContext } from './operator.js';

/** Folders above that are not there yet, outermost last: an undo leaves no empty ones behind. */
export async function missingAbove(folder: string): Promise<readonly string[]> {
  const above: string[] = [];
  for (let path = dirname(folder); !(await exists(path)); path = dirname(path)) above.push(path);
  return above;
}

/** The folder appears at once and whole, or not at all; `fill` writes it elsewhere first. Somebody else's is refused. */
export async function makeFolder(step: StepContext, folder: string, fill: (tree: string) => Promise<void>): Promise<void> {
  await refuseForeign(step, folder);
  const scratch = scratchOf(step, folder);
  await removeOwn(step, folder);
  await removeOwn(step, scratch);
  await mkdir(scratch, { recursive: true });
  await writeMarker(scratch, markerOf(step));
  const tree = join(scratch, 'tree');
  await fill(tree);
  await writeMarker(tree, markerOf(step));
  await rename(tree, folder);
  await removeOwn(step, scratch);
}

export async function unmakeFolder(step: StepContext, folder: string, madeAbove: readonly string[]): Promise<void> {
  if (await isOwn(step, folder)) await removeOwn(step, folder);
  await removeOwn(step, scratchOf(step, folder));
  for (const path of madeAbove) await rmdir(path).catch(() => undefined);
}

export async function probeUnmade(step: StepContext, folder: string): Promise<Probe> {
  if (await hasScratch(step, folder)) return partly('the scratch folder is still there');
  return (await isOwn(step, folder)) ? partly(`'${folder}' is still there`) : done(`'${folder}' is gone`);
}

export async function isOwn(step: StepContext, path: string): Promise<boolean> {
  return await isMarkedBy(path, markerOf(step));
}

export async function hasScratch(step: StepContext, folder: string): Promise<boolean> {
  return await exists(scratchOf(step, folder));
}

async function refuseForeign(step: StepContext, folder: string): Promise<void> {
  for (const path of [folder, scratchOf(step, folder)]) {
    if (!(await exists(path)) || (await isEmpty(path)) || (await isOwn(step, path))) continue;
    const by = await readMarker(path);
    throw new StoppointError('NAME_TAKEN', `the folder '${path}' is there already${by ? `, made by run '${by.run}'` : ''}`);
  }
}

/** An empty folder is ours to take: between making one and marking it a crash may lie. */
async function removeOwn(step: StepContext, path: string): Promise<void> {
  if (!(await exists(path)) || !((await isEmpty(path)) || (await isOwn(step, path)))) return;
  const image = step.target.observation.database.services[0]?.imageId ?? '';
  const throwAway = { docker: step.docker, image, name: `sp-${step.runId}-rm`, labels: step.labels };
  // The marker goes last: a removal that is cut short leaves a folder that is still known as ours.
  for (const name of await readdir(path)) if (name !== MARKER_FILE) await removeFolder(join(path, name), throwAway);
  await removeFolder(path, throwAway);
}

async function isEmpty(path: string): Promise<boolean> {
  return (await readdir(path).catch(() => ['not a folder'])).length === 0;
}

function scratchOf({ runId }: StepContext, folder: string): string {
  return join(dirname(folder), `.${basename(folder)}.stoppoint-${runId}`);
}

const markerOf = ({ runId, stepId }: StepContext) => ({ run: runId, step: stepId });
