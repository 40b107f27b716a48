import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import type { CheckResult } from '../plan/checks.js';
import { stateFolders } from '../plan/compile.js';
import { digestFile } from '../world/digest-file.js';
import { type Identities, readIdentities } from '../world/identities.js';
import { SqlError } from '../world/psql.js';
import { sqlOptions } from './both-databases.js';
import type { StepContext } from './operator.js';

/** Written at the last look before the window; what is preserved is measured against it. */
export const IDENTITIES_FILE = 'identities.json';

/** The plan's §8, line by line, measured: also after a rollback. */
export async function statePreserved(step: StepContext): Promise<readonly CheckResult[]> {
  const { observation, planFile } = step.target;
  const before = await identitiesBefore(step);
  const now = await readIdentities(step.docker, { planFile: planFile.content, observation }, sqlOptions(step)).catch((error: unknown) => {
    // A cluster that does not answer is a finding, not a reason to stop half-way back.
    if (error instanceof SqlError) return null;
    throw error;
  });
  const folders = await missing(stateFolders(planFile.content, observation));
  const credentials = await changedFiles(observation.app.envFiles);
  return [
    ...(now ? identityChecks(before, now) : [judged('state:database', false, "production's cluster does not answer")]),
    judged('state:folders', folders.length === 0, folders.join(', ') || 'all there'),
    judged('state:credentials', credentials.length === 0, credentials.join(', ') || `${observation.app.envFiles.length} files unchanged`),
  ];
}

function identityChecks(before: Identities | null, now: Identities): readonly CheckResult[] {
  const sameCluster = !before || before.systemIdentifier === now.systemIdentifier;
  const restarted = differing(before?.database, now.database);
  const volumes = differing(before?.volumes, now.volumes);
  const gone = Object.entries(now.volumes).filter(([, place]) => place === 'gone');
  return [
    judged(
      'state:database',
      sameCluster && restarted.length === 0,
      restarted.length > 0 ? `restarted: ${restarted.join(', ')}` : `cluster ${now.systemIdentifier}`,
    ),
    judged(
      'state:volumes',
      volumes.length === 0 && gone.length === 0,
      `${Object.keys(now.volumes).length} volumes, ${[...volumes, ...gone.map(([name]) => name)].join(', ') || 'none changed'}`,
    ),
  ];
}

async function identitiesBefore({ runFolder }: StepContext): Promise<Identities | null> {
  return await readFile(join(runFolder, IDENTITIES_FILE), 'utf8').then(
    (text) => JSON.parse(text) as Identities,
    () => null,
  );
}

function differing(before: { readonly [name: string]: string } | undefined, now: { readonly [name: string]: string }): readonly string[] {
  return Object.keys(before ?? {}).filter((name) => before?.[name] !== now[name]);
}

async function missing(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => !found[index]);
}

async function changedFiles(files: readonly { readonly path: string; readonly sha256: string }[]): Promise<readonly string[]> {
  const now = await Promise.all(files.map(({ path }) => digestFile(path).catch(() => 'gone')));
  return files.filter(({ sha256 }, index) => sha256 !== now[index]).map(({ path }) => path);
}

function judged(id: string, good: boolean, live: string): CheckResult {
  return { id, verdict: good ? 'pass' : 'fail', limit: 'as before the window', live };
}
