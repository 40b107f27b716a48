import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { collisions, holdingsOf } from '../compose/holdings.js';
import type { CheckResult } from '../plan/checks.js';
import type { OperationOf } from '../plan/operation.js';
import { digestText } from '../record/digest.js';
import { separateKeys } from '../split/database-env.js';
import { isPlaceholder, isSecretLike } from '../split/secret-like.js';
import { verdict } from '../split/verdict.js';
import { composeModel } from '../world/compose.js';
import { exists } from '../world/copy-tree.js';
import { digestFile } from '../world/digest-file.js';
import { databaseProject } from '../world/environment-project.js';
import { type CopiedDatabase, copyDatabase } from './database-copy.js';
import { hostHoldings } from './host-holdings.js';
import { readEnvFile } from './live-deployment.js';
import { done, notDone, type Operator, partly, type StepContext } from './operator.js';
import { hasScratch, isOwn, makeFolder, missingAbove, probeUnmade, unmakeFolder } from './own-folder.js';

interface Before {
  readonly madeAbove: readonly string[];
}

const SCANNED_BYTES = 2_000_000;
/** Shorter ones occur in files by chance. */
const TELLING_LENGTH = 16;

/** Staging's database project, derived from the running one: same configuration, nothing in common. */
export const databaseFiles: Operator<OperationOf<'database.files'>, Before> = {
  async capture({ target }) {
    return { madeAbove: await missingAbove(target.database.folder) };
  },
  async probe(step) {
    const { folder } = step.target.database;
    if (!(await exists(folder))) return notDone(`'${folder}' is not there`);
    if (!(await isOwn(step, folder))) return notDone(`'${folder}' is not marked by this step`);
    const copied = await step.folder.read<CopiedDatabase>('copied.json');
    for (const { path, sha256 } of copied?.files ?? []) {
      if ((await digestFile(join(folder, path)).catch(() => null)) !== sha256)
        return partly(`'${path}' in '${folder}' is not what was written`);
    }
    if (!copied || !(await step.folder.read('evidence.json'))) return partly(`'${folder}' is made, and not judged yet`);
    return (await hasScratch(step, folder)) ? partly('the scratch folder is still there') : done(`'${folder}' is as it was made`);
  },
  async act(step) {
    await makeFolder(step, step.target.database.folder, async (tree) => {
      await step.folder.write('copied.json', await copyDatabase(step, tree));
    });
  },
  async evidence(step) {
    const { folder, project } = step.target.database;
    const copied = (await step.folder.read<CopiedDatabase>('copied.json')) ?? { files: [], leftOut: [] };
    const { interpolated } = await composeModel(databaseProject(step.target), { signal: step.signal });
    const { old, oldDatabase, others } = await hostHoldings(step);
    const own = holdingsOf(interpolated);
    const shared = (kind: Parameters<typeof collisions>[2]) => [old, oldDatabase, others].flatMap((other) => collisions(own, other, kind));
    return {
      facts: { folder, project, files: copied.files.length, 'folders left empty': copied.leftOut.join(', ') || null },
      checks: [
        await secretsDiffer(step),
        await noSecretInFiles(step, copied),
        verdict('own-names', 'no container, volume or network has a name of today', [
          ...shared('names'),
          ...shared('volumes'),
          ...shared('networks'),
        ]),
        verdict('own-ports', 'no port of the host is in use today', [...shared('ports'), ...unplanned(step, own.ports)]),
        verdict('own-folders', 'no writable folder is shared', shared('state')),
        await noStateCopied(folder, copied),
      ],
    };
  },
  async undo(step, _operation, { madeAbove }) {
    await unmakeFolder(step, step.target.database.folder, madeAbove);
  },
  async probeUndone(step) {
    return await probeUnmade(step, step.target.database.folder);
  },
};

/** By digest, keys only: a staging key signed with production's secret would be valid there. */
async function secretsDiffer(step: StepContext): Promise<CheckResult> {
  const { database, observation, planFile } = step.target;
  const live = await readEnvFile(join(observation.database.directory, '.env'));
  const own = await readEnvFile(join(database.folder, '.env'));
  const fresh = Object.keys((await step.folder.read<{ readonly [key: string]: string }>('fresh.json')) ?? {});
  const keys = separateKeys(live, fresh, planFile.content.environments.staging.values.shared);
  const bad = keys.filter(
    (key) => !own.get(key) || digestText(own.get(key) ?? '') === digestText(live.get(key) ?? '') || isPlaceholder(own.get(key) ?? ''),
  );
  return verdict('secrets-differ', `${keys.length} secrets are not today's`, bad, keys.length);
}

/** Templates may have been filled in by hand: no copied file holds one of today's secrets. */
async function noSecretInFiles(step: StepContext, { files }: CopiedDatabase): Promise<CheckResult> {
  const { database, observation, planFile } = step.target;
  const live = await readEnvFile(join(observation.database.directory, '.env'));
  const { shared } = planFile.content.environments.staging.values;
  const secrets = [...live].filter(([key, value]) => !shared.includes(key) && value.length >= TELLING_LENGTH && isSecretLike(key, value));
  const bad: string[] = [];
  for (const { path } of files) {
    if ((await stat(join(database.folder, path))).size > SCANNED_BYTES) continue;
    const text = await readFile(join(database.folder, path), 'utf8');
    bad.push(...secrets.filter(([, value]) => text.includes(value)).map(([key]) => `${path}: ${key}`));
  }
  return verdict('no-secret-in-files', "no file holds one of today's secrets", bad, secrets.length);
}

async function noStateCopied(folder: string, { files, leftOut }: CopiedDatabase): Promise<CheckResult> {
  const filled = [];
  for (const path of leftOut) if ((await readdir(join(folder, path)).catch(() => [])).length > 0) filled.push(path);
  const clusters = files.filter(({ path }) => path.split('/').at(-1) === 'PG_VERSION').map(({ path }) => path);
  return verdict('no-state-copied', 'folders with state begin empty', [...filled, ...clusters]);
}

function unplanned({ target }: StepContext, ports: readonly string[]): readonly string[] {
  const planned = new Set(target.database.ports.map(({ published, protocol }) => `${published}/${protocol}`));
  return ports.filter((port) => !planned.has(port));
}
