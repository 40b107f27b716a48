import { join } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';
import type { OperationOf } from '../plan/operation.js';
import type { EnvironmentTarget } from '../plan/target.js';
import { isEnvFile, isWithin } from '../split/left-out.js';
import { changedFiles, cloneDetached, headOf, untrackedFiles } from '../world/clone.js';
import { copyTree, exists, likeTree } from '../world/copy-tree.js';
import { digestFile } from '../world/digest-file.js';
import { copySecretFiles, copyUntrackedSources, excludeFromGit, makeStateFolders } from './folder-parts.js';
import { done, notDone, type Operator, partly, type StepContext } from './operator.js';
import { hasScratch, isOwn, makeFolder, missingAbove, probeUnmade, unmakeFolder } from './own-folder.js';

interface Before {
  readonly madeAbove: readonly string[];
}

interface Made {
  readonly head: string | null;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly leftBehind: number;
}

/** A folder for one environment: the same commit, nothing of the live folder's state or secrets, and no way back into it. */
export const folderMake: Operator<OperationOf<'folder.make'>, Before> = {
  async capture({ target }, { environment }) {
    return { madeAbove: await missingAbove(target.environments[environment].folder) };
  },
  async probe(step, { environment }) {
    const { folder } = step.target.environments[environment];
    if (!(await exists(folder))) return notDone(`'${folder}' is not there`);
    if (!(await isOwn(step, folder))) return notDone(`'${folder}' is not marked by this step`);
    const made = await step.folder.read<Made>('made.json');
    if (!made) return partly(`'${folder}' was not finished`);
    if (made.head && (await headOf(folder, step.signal)) !== made.head) return partly(`'${folder}' has another commit`);
    for (const { path, sha256 } of made.files) {
      if ((await digestFile(join(folder, path)).catch(() => null)) !== sha256)
        return partly(`'${path}' in '${folder}' is not what was copied`);
    }
    if (!(await step.folder.read('evidence.json'))) return partly(`'${folder}' is made, and not judged yet`);
    return (await hasScratch(step, folder)) ? partly('the scratch folder is still there') : done(`'${folder}' is as it was made`);
  },
  async act(step, { environment }) {
    const target = step.target.environments[environment];
    await makeFolder(step, target.folder, async (tree) => {
      await step.folder.write('made.json', await fill(step, target, tree));
    });
  },
  async evidence(step, { environment }) {
    const { folder } = step.target.environments[environment];
    const made = await step.folder.read<Made>('made.json');
    const tracked = made?.head ? await changedFiles(step.target.observation.app.directory, step.signal) : [];
    return {
      facts: { folder, commit: made?.head ?? null, copied: made?.files.length ?? 0, 'untracked files left behind': made?.leftBehind ?? 0 },
      checks: [
        {
          id: `live-untouched:${environment}`,
          verdict: tracked.length === 0 ? 'pass' : 'fail',
          limit: 'the live folder has no changed tracked file',
        },
        {
          id: `no-legacy-env:${environment}`,
          verdict: (await exists(join(folder, '.env'))) ? 'fail' : 'pass',
          limit: 'no .env is in the folder',
        },
      ],
    };
  },
  async undo(step, { environment }, { madeAbove }) {
    await unmakeFolder(step, step.target.environments[environment].folder, madeAbove);
  },
  async probeUndone(step, { environment }) {
    return await probeUnmade(step, step.target.environments[environment].folder);
  },
};

async function fill(step: StepContext, environment: EnvironmentTarget, tree: string): Promise<Made> {
  const { directory, git } = step.target.observation.app;
  const { state, 'secret-files': secretFiles } = step.target.planFile.content.projects.app;
  if (git) {
    await demandClean(directory, git.head, step.signal);
    await cloneDetached({ from: directory, commit: git.head, into: tree }, step.signal);
    await likeTree(directory, tree);
  } else {
    const leftOut = [...state, ...secretFiles.map(({ path }) => path), '.git'];
    await copyTree(directory, tree, (path) => isEnvFile(path) || isWithin(path, leftOut));
  }
  const copied = [...(await copyUntrackedSources(step, tree)), ...(await copySecretFiles(step, environment, tree))];
  await makeStateFolders(step, environment, tree);
  await excludeFromGit(tree, copied);
  const files = await Promise.all(copied.map(async (path) => ({ path, sha256: await digestFile(join(tree, path)) })));
  const untracked = git ? await untrackedFiles(directory, step.signal) : [];
  return {
    head: git?.head ?? null,
    files,
    leftBehind: untracked.filter((path) => !copied.includes(path) && !isWithin(path, state)).length,
  };
}

async function demandClean(directory: string, head: string, signal: AbortSignal): Promise<void> {
  const now = await headOf(directory, signal);
  if (now !== head)
    throw new StoppointError('WORLD_CHANGED', `'${directory}' is at commit ${now.slice(0, 12)}, not at ${head.slice(0, 12)}`);
  const [first] = await changedFiles(directory, signal);
  if (first) throw new StoppointError('WORKTREE_DIRTY', `'${directory}' has uncommitted changes to tracked files, for example '${first}'`);
}
