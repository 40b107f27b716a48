import { chmod, copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckResult } from '../plan/checks.js';
import type { OperationOf } from '../plan/operation.js';
import { digestFile } from '../world/digest-file.js';
import { orNull } from '../world/docker.js';
import { writeJson } from '../world/json-file.js';
import { backupChecks } from './backup-evidence.js';
import { type Taken, backing } from './backing.js';
import type { Operator, StepContext } from './operator.js';

/** A copied file as it was: owner and mode are needed to put it back, the copy itself is ours alone. */
export interface CopiedFile {
  readonly path: string;
  /** Relative to the backup's folder. */
  readonly copy: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface TakenFiles {
  readonly files: readonly CopiedFile[];
  /** Paths that are no regular files any more. */
  readonly missing: readonly string[];
  readonly containers: number;
  readonly missingContainers: readonly string[];
}

/** Holds every environment variable of every container: the name warns whoever finds it. */
const INSPECTED = 'containers.secret-bearing.json';

/** Env, compose and secret files with their digests, and what `docker inspect` says of every container of both projects. */
export const backupFiles: Operator<OperationOf<'backup.files'>> = backing({
  async take(step, operation, folder) {
    return await proveFiles(await takeFiles(step, operation, folder), folder);
  },
});

export async function takeFiles(step: StepContext, { paths }: OperationOf<'backup.files'>, folder: string): Promise<TakenFiles> {
  const files: CopiedFile[] = [];
  const missing: string[] = [];
  for (const path of paths) {
    step.signal.throwIfAborted();
    const copied = await copyPrivately(path, folder);
    if (copied) files.push(copied);
    else missing.push(path);
  }
  return { files, missing, ...(await inspectContainers(step, folder)) };
}

/** Reads every copy back from the disk, and every original once more. */
export async function proveFiles(taken: TakenFiles, folder: string): Promise<Taken> {
  const { files, missing, containers, missingContainers } = taken;
  const differences: string[] = missing.map((path) => `'${path}' is not a file any more`);
  for (const { path, copy, sha256 } of files) {
    if ((await digestOrNull(join(folder, copy))) !== sha256) differences.push(`the copy of '${path}' has other content`);
    else if ((await digestOrNull(path)) !== sha256) differences.push(`'${path}' changed while it was copied`);
  }
  const inspected: CheckResult = {
    id: 'containers',
    limit: 'every container of both projects could be inspected',
    verdict: missingContainers.length > 0 ? 'fail' : 'pass',
    live: missingContainers.length > 0 ? `gone: ${missingContainers.join(', ')}` : `${containers} containers`,
  };
  const compared = files.length;
  return {
    evidence: {
      facts: { bytes: files.reduce((total, { bytes }) => total + bytes, 0), files: compared, containers },
      checks: [...backupChecks({ refused: null, differences, compared, original: compared + missing.length, unit: 'files' }), inspected],
    },
    details: { files, restore: ['copy each file to its path with the owner and mode that stand here'] },
  };
}

/** Null when there is no regular file: Docker makes a folder in the place of a missing bind source. */
async function copyPrivately(path: string, folder: string): Promise<CopiedFile | null> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return null;
  const copy = join('files', path);
  const target = join(folder, copy);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const sha256 = await digestFile(path);
  await copyFile(path, target);
  await chmod(target, 0o600);
  return { path, copy, mode: found.mode & 0o7777, uid: found.uid, gid: found.gid, bytes: found.size, sha256 };
}

/** Image ids are in there, too: `Image` of each. */
async function inspectContainers(
  { docker, target }: StepContext,
  folder: string,
): Promise<{ containers: number; missingContainers: readonly string[] }> {
  const services = [...target.observation.app.services, ...target.observation.database.services];
  const inspected = [];
  const missingContainers: string[] = [];
  for (const { containerId, containerName } of services) {
    const answer = await orNull(docker.getContainer(containerId).inspect());
    if (answer) inspected.push(answer);
    else missingContainers.push(containerName);
  }
  await writeJson(join(folder, INSPECTED), inspected);
  return { containers: inspected.length, missingContainers };
}

async function digestOrNull(path: string): Promise<string | null> {
  return await digestFile(path).catch(() => null);
}
