import { join } from 'node:path';
import {
  type Entry,
  differentEntries,
  listCommand,
  packCommand,
  readListing,
  steadyEntries,
  unpackCommand,
} from '../invocations/archive.js';
import { StoppointError } from '../plan/diagnostic.js';
import { execInContainer } from '../world/container-exec.js';
import { readArchive } from '../world/read-archive.js';
import { CommandError } from '../world/run-command.js';
import { type ScratchMount, makeScratchVolume, startScratchContainer } from '../world/scratch-container.js';
import { archiveEvidence } from './backup-archive-evidence.js';
import { type Taken, privateFile } from './backing.js';
import type { StepContext } from './operator.js';

export interface ArchiveSource {
  readonly image: string;
  /** What is mounted at SOURCE. */
  readonly mount: ScratchMount;
  /** Of the archive, without ending. */
  readonly name: string;
}

/** What the original held before and after it was packed; the two differ where somebody went on writing. */
export interface TakenArchive {
  readonly before: readonly Entry[];
  readonly after: readonly Entry[];
  readonly unreadable: number;
}

export const SOURCE = '/source';
const UNPACKED = '/unpacked';

/** Packs what is mounted at SOURCE in a throw-away container, and looks at it before and after. */
export async function takeArchive(step: StepContext, { image, mount, name }: ArchiveSource, folder: string): Promise<TakenArchive> {
  const container = await startScratchContainer(step, { image, mounts: [mount] });
  const options = { signal: step.signal };
  const look = async () => {
    // Exit code 1: something vanished between the listing's own looks.
    const { stdout } = await execInContainer({ container, command: listCommand(SOURCE) }, { ...options, accept: [1] });
    return readListing(stdout);
  };
  const before = await look();
  const stdoutFile = await privateFile(join(folder, `${name}.tar`));
  await execInContainer({ container, command: packCommand(SOURCE), env: { LC_ALL: 'C' } }, { ...options, stdoutFile, accept: [1] });
  const after = await look();
  return { before: before.entries, after: after.entries, unreadable: before.unreadable + after.unreadable };
}

/**
 * Unpacks the archive into a throw-away volume and compares three witnesses: the original, the archive's bytes as
 * we read them ourselves, and the unpacked files. A file that changed meanwhile is compared between the last two only.
 */
export async function proveArchive(
  step: StepContext,
  { image, name }: Omit<ArchiveSource, 'mount'>,
  folder: string,
  taken: TakenArchive,
): Promise<Taken> {
  const path = join(folder, `${name}.tar`);
  const outcome = { step, name, folder, taken };
  const archive = await orRefusal(readArchive(path));
  if ('refused' in archive) return await archiveEvidence({ ...outcome, archive: [], refused: archive.refused, differences: [] });
  const unpacked = await orRefusal(unpack(step, { image, path }));
  if ('refused' in unpacked) return await archiveEvidence({ ...outcome, archive, refused: unpacked.refused, differences: [] });
  const steady = steadyEntries(taken.before, taken.after);
  const isSteady = new Set(steady.map((entry) => entry.path));
  const differences = new Set([
    ...(taken.unreadable > 0 ? [`${taken.unreadable} names hold a line break`] : []),
    ...differentEntries(
      steady,
      archive.filter((entry) => isSteady.has(entry.path)),
    ),
    ...differentEntries(archive, unpacked),
  ]);
  return await archiveEvidence({ ...outcome, archive, refused: null, differences: [...differences] });
}

async function unpack(step: StepContext, { image, path }: { image: string; path: string }): Promise<readonly Entry[]> {
  const volume = await makeScratchVolume(step);
  const container = await startScratchContainer(step, { image, mounts: [{ type: 'volume', volume, target: UNPACKED, readOnly: false }] });
  await execInContainer({ container, command: unpackCommand(UNPACKED), inputFile: path }, { signal: step.signal });
  const { stdout } = await execInContainer({ container, command: listCommand(UNPACKED) }, { signal: step.signal });
  return readListing(stdout).entries;
}

/** What the archive itself is to blame for is an answer; all else stays an error. */
async function orRefusal<T>(work: Promise<T>): Promise<T | { readonly refused: string }> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CommandError || (error instanceof StoppointError && error.code === 'BACKUP_NOT_PROVEN')) {
      return { refused: error.message };
    }
    throw error;
  }
}
