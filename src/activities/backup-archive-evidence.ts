import { join } from 'node:path';
import { type Entry, steadyEntries } from '../invocations/archive.js';
import { writeJson } from '../world/json-file.js';
import type { TakenArchive } from './backup-archive.js';
import { backupChecks } from './backup-evidence.js';
import type { Taken } from './backing.js';
import type { StepContext } from './operator.js';

interface Outcome {
  readonly step: StepContext;
  readonly name: string;
  readonly folder: string;
  readonly taken: TakenArchive;
  readonly archive: readonly Entry[];
  readonly refused: string | null;
  readonly differences: readonly string[];
}

/** Facts and checks; the list of entries lies beside the archive, since it has no bounds. */
export async function archiveEvidence({ step, name, folder, taken, archive, refused, differences }: Outcome): Promise<Taken> {
  const changedWhileRead = changedFiles(taken);
  await writeJson(join(folder, `${name}.entries.json`), archive);
  await writeJson(step.folder.file('differences.json'), { changedWhileRead, differences });
  const files = archive.filter(({ kind }) => kind === 'file');
  const original = inside([...taken.before, ...taken.after]);
  return {
    evidence: {
      facts: {
        bytes: files.reduce((total, { size }) => total + size, 0),
        files: files.length,
        entries: archive.length,
        changedWhileRead: changedWhileRead.length,
        empty: original === 0,
      },
      checks: backupChecks({ refused, differences, compared: refused ? 0 : inside(archive), original, unit: 'files, folders and links' }),
    },
    details: { restore: [`tar --extract --preserve-permissions --numeric-owner --file ${name}.tar --directory FOLDER`] },
  };
}

/** A volume has its top folder even when it is empty. */
function inside(entries: readonly Entry[]): number {
  return new Set(entries.map(({ path }) => path)).size - (entries.some(({ path }) => path === '.') ? 1 : 0);
}

function changedFiles({ before, after }: TakenArchive): readonly string[] {
  const steady = new Set(steadyEntries(before, after).map(({ path }) => path));
  const changed = [...before, ...after].filter(({ path, kind }) => kind === 'file' && !steady.has(path));
  return [...new Set(changed.map(({ path }) => path))];
}
