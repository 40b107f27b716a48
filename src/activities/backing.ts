import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evidence } from '../plan/evidence.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { Operation } from '../plan/operation.js';
import { readJson, writeJson } from '../world/json-file.js';
import { MARKER, firstChangedFile, readManifest, sealFolder } from '../world/manifest.js';
import { sweepScratch } from '../world/scratch-container.js';
import { type Operator, type Probe, type StepContext, done, notDone } from './operator.js';

/** What a kind of backup leaves behind; `details` goes into the manifest, never into history. */
export interface Taken {
  readonly evidence: Evidence;
  readonly details: unknown;
}

export interface Backing<O extends Operation> {
  /** Writes the backup into the folder and proves it by a restore. */
  take(step: StepContext, operation: O, folder: string): Promise<Taken>;
  /** Ends what a killed attempt left outside of throw-away containers; also called after a cancellation, so without its signal. */
  sweep?(step: StepContext, operation: O): Promise<void>;
}

/** Where a step keeps its backup. No undo ever removes it. */
export function backupFolderOf(step: Pick<StepContext, 'runFolder' | 'stepId'>): string {
  return join(step.runFolder, 'backups', step.stepId);
}

/**
 * What all kinds of backup have in common: half of one is worth nothing, so it is begun anew; a finished one is
 * known by its manifest, which is written last and only if every check passed.
 */
export function backing<O extends Operation>({ take, sweep }: Backing<O>): Operator<O> {
  const sweepAll = async (step: StepContext, operation: O) => {
    await sweep?.(step, operation);
    await sweepScratch(step);
  };
  return {
    async probe(step, operation) {
      await sweepAll(step, operation);
      return await probeBackup(step);
    },
    async act(step, operation) {
      const folder = await emptyFolder(step);
      try {
        const { evidence, details } = await take(step, operation, folder);
        await step.folder.write('backup.json', { evidence, details });
        if (evidence.checks.every(({ verdict }) => verdict === 'pass')) {
          await sealFolder(folder, { run: step.runId, step: step.stepId, evidence, details });
        }
        return evidence;
      } finally {
        await sweepAll(step, operation);
      }
    },
    async evidence(step) {
      const manifest = await readManifest(backupFolderOf(step));
      if (!manifest) throw new StoppointError('STEP_NOT_PROVEN', `the backup of '${step.stepId}' has no manifest`);
      return manifest.evidence;
    },
  };
}

async function probeBackup(step: StepContext): Promise<Probe> {
  const folder = backupFolderOf(step);
  const manifest = await readManifest(folder);
  if (!manifest) return notDone(`'${folder}' holds no finished backup`);
  if (!isOwn(step, manifest)) return notDone(`'${folder}' holds the backup of another step`);
  const changed = await firstChangedFile(folder, manifest);
  return changed ? notDone(`'${join(folder, changed)}' is not what the manifest says`) : done(`'${folder}' is what its manifest says`);
}

/** Empties this step's own folder; the marker goes first in and never out, so that a kill leaves no doubt whose it is. */
async function emptyFolder(step: StepContext): Promise<string> {
  const folder = backupFolderOf(step);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const entries = (await readdir(folder)).filter((entry) => !entry.startsWith(MARKER));
  const owner = (await readJson(join(folder, MARKER))) as { run?: unknown; step?: unknown } | null;
  if (entries.length > 0 && !isOwn(step, owner)) {
    throw new StoppointError('NAME_TAKEN', `'${folder}' is there and is not this step's`, { next: 'move it away, then retry' });
  }
  await writeJson(join(folder, MARKER), { run: step.runId, step: step.stepId });
  for (const entry of entries) await rm(join(folder, entry), { recursive: true });
  return folder;
}

function isOwn(step: StepContext, owner: { readonly run?: unknown; readonly step?: unknown } | null): boolean {
  return owner?.run === step.runId && owner.step === step.stepId;
}

/** A file that only we can read; children's output is then streamed into it. */
export async function privateFile(path: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  await (await open(path, 'w', 0o600)).close();
  return path;
}
