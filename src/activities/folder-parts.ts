import { appendFile, chmod, copyFile, lstat, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { relativeInside } from '../compose/host-path.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { EnvironmentTarget } from '../plan/target.js';
import { isEnvFile, isWithin } from '../split/left-out.js';
import { copyTree, exists, likeSource } from '../world/copy-tree.js';
import { MARKER_FILE } from '../world/marker.js';
import type { StepContext } from './operator.js';

/** Bind sources of the model that the checkout does not bring: generated files, secrets. Paths relative to the folder. */
export async function copyUntrackedSources({ target }: StepContext, tree: string): Promise<readonly string[]> {
  const { directory, services } = target.observation.app;
  const { state, 'secret-files': secretFiles } = target.planFile.content.projects.app;
  const own = secretFiles.map(({ path }) => path);
  const sources = services.flatMap(({ mounts }) =>
    mounts.flatMap((mount) => (mount.type === 'bind' ? [relativeInside(directory, mount.source)] : [])),
  );
  const copied: string[] = [];
  for (const path of new Set(sources)) {
    if (path === null || path === '') continue;
    if (isWithin(path, [...state, ...own]) || (await exists(join(tree, path)))) continue;
    const live = join(directory, path);
    await makeParents(directory, tree, path);
    const files = (await lstat(live)).isDirectory()
      ? (await copyTree(live, join(tree, path), (way) => isEnvFile(way) || isWithin(`${path}/${way}`, [...state, ...own]))).map(
          (way) => `${path}/${way}`,
        )
      : await copyOne(live, join(tree, path), path);
    // Untracked means that its owner kept it out of git on purpose: as secret as a secret.
    for (const file of files) if ((await lstat(join(tree, file))).isFile()) await chmod(join(tree, file), 0o600);
    copied.push(...files);
  }
  return copied;
}

/** Files that each environment has its own of: production's from the live folder, staging's from the plan file. */
export async function copySecretFiles(
  { target }: StepContext,
  { environment }: EnvironmentTarget,
  tree: string,
): Promise<readonly string[]> {
  const { directory } = target.observation.app;
  const files = target.planFile.content.projects.app['secret-files'];
  for (const { path, staging } of files) {
    const source = environment === 'production' ? join(directory, path) : resolve(target.home, staging);
    const stat = await lstat(source).catch(() => null);
    if (!stat?.isFile())
      throw new StoppointError('SECRET_MISSING', `the secret file '${source}' of ${environment} is not there, or is no file`);
    await makeParents(directory, tree, path);
    await copyFile(source, join(tree, path));
    if (await exists(join(directory, path))) await likeSource(join(directory, path), join(tree, path));
    await chmod(join(tree, path), 0o600);
  }
  return files.map(({ path }) => path);
}

/** Folders with state: staging's own begin empty; production's stay where they are, and only get a place to be mounted on. */
export async function makeStateFolders({ target }: StepContext, environment: EnvironmentTarget, tree: string): Promise<readonly string[]> {
  const { directory } = target.observation.app;
  const { state } = target.planFile.content.projects.app;
  const home = relativeInside(environment.folder, environment.stateHome);
  for (const path of state) {
    const live = join(directory, path);
    if (!(await exists(live))) throw new StoppointError('BIND_SOURCE_MISSING', `the state '${live}' that the plan file names is not there`);
    const places = home === null ? [path] : [path, join(home, path)];
    for (const place of places) await makeEmpty(live, directory, tree, { path, place });
  }
  return home === null ? [] : state.map((path) => join(home, path));
}

async function makeEmpty(live: string, directory: string, tree: string, { path, place }: { path: string; place: string }): Promise<void> {
  const prefix = place.slice(0, place.length - path.length);
  await mkdir(join(tree, prefix), { recursive: true });
  await makeParents(directory, join(tree, prefix), path);
  if (await exists(join(tree, place))) return;
  if ((await lstat(live)).isDirectory()) await mkdir(join(tree, place));
  else await writeFile(join(tree, place), '');
  await likeSource(live, join(tree, place));
}

/** What Stoppoint puts into a checkout is never offered for a commit. */
export async function excludeFromGit(tree: string, paths: readonly string[]): Promise<void> {
  if (!(await exists(join(tree, '.git')))) return;
  await mkdir(join(tree, '.git', 'info'), { recursive: true });
  const lines = [MARKER_FILE, '/.state/', '.env', '.env.*', '!.env.example', '!.env.template', ...paths.map((path) => `/${path}`)];
  await appendFile(join(tree, '.git', 'info', 'exclude'), lines.map((line) => `${line}\n`).join(''));
}

async function copyOne(live: string, target: string, path: string): Promise<readonly string[]> {
  if (!(await lstat(live)).isFile()) return [];
  await copyFile(live, target);
  await likeSource(live, target);
  return [path];
}

async function makeParents(directory: string, tree: string, path: string): Promise<void> {
  const parents = dirname(path)
    .split('/')
    .filter((part) => part !== '.');
  for (let n = 1; n <= parents.length; n += 1) {
    const way = parents.slice(0, n).join('/');
    if (await exists(join(tree, way))) continue;
    await mkdir(join(tree, way));
    if (await exists(join(directory, way))) await likeSource(join(directory, way), join(tree, way));
  }
}
