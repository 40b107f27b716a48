import { lstat, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openCompose } from '../compose/document.js';
import { writeDotenv } from '../compose/dotenv-write.js';
import { relativeInside } from '../compose/host-path.js';
import { assignPorts } from '../compose/ports.js';
import { StoppointError } from '../plan/diagnostic.js';
import { databaseEnv } from '../split/database-env.js';
import { rewriteDatabaseCompose } from '../split/database-compose.js';
import { filledIn, gatewaysOf, portsTo } from '../split/gateways.js';
import { isEnvFile, isWithin } from '../split/left-out.js';
import { networkAliases } from '../split/network-aliases.js';
import { redirectPorts } from '../split/redirect.js';
import { copyTree, exists, likeSource } from '../world/copy-tree.js';
import { digestFile } from '../world/digest-file.js';
import { writeDurably } from '../world/write-durably.js';
import { databaseSecrets } from './database-secrets.js';
import { readEnvFile } from './live-deployment.js';
import type { StepContext } from './operator.js';

export interface CopiedDatabase {
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** Folders of today's project whose content stayed behind; they begin empty. */
  readonly leftOut: readonly string[];
}

/** Staging's own database project in `tree`: configuration copied, compose rewritten, secrets new, no state. */
export async function copyDatabase(step: StepContext, tree: string): Promise<CopiedDatabase> {
  const { directory, files } = step.target.observation.database;
  await demandUnchanged(step);
  const leftOut = await stateFolders(step);
  const compose = files.map(({ path }) => relativeInside(directory, path) ?? path);
  const copied = await copyTree(
    directory,
    tree,
    (path) => isEnvFile(path) || compose.includes(path) || isWithin(path, [...leftOut, '.git']),
  );
  for (const path of leftOut) await makeEmptyLike(directory, tree, path);
  const written = await writeCompose(step, tree, compose);
  await writeDurably(join(tree, '.env'), await envText(step, written.variables, written.aliases));
  const paths = [...copied, ...compose, '.env'];
  return { files: await Promise.all(paths.map(async (path) => ({ path, sha256: await digestFile(join(tree, path)) }))), leftOut };
}

/** Declared state, and every folder that a container writes to. */
async function stateFolders({ target }: StepContext): Promise<readonly string[]> {
  const { directory, services } = target.observation.database;
  const { state } = target.planFile.content.projects.database;
  const writable = services.flatMap(({ mounts }) =>
    mounts.flatMap((mount) => (mount.type === 'bind' && !mount.readOnly ? [mount.source] : [])),
  );
  const found = new Set(state);
  for (const source of writable) {
    const path = relativeInside(directory, source);
    if (path && (await lstat(source).catch(() => null))?.isDirectory()) found.add(path);
  }
  return [...found]
    .filter(
      (path) =>
        !isWithin(
          path,
          [...found].filter((other) => other !== path),
        ),
    )
    .sort();
}

async function writeCompose(step: StepContext, tree: string, paths: readonly string[]) {
  const { directory, services } = step.target.observation.database;
  const { database } = step.target;
  const live = await readEnvFile(join(directory, '.env'));
  const variables = new Map<string, string>();
  const aliases: string[] = [];
  for (const path of paths) {
    const text = await readFile(join(directory, path), 'utf8');
    const livePorts = assignPorts(services, 'keep');
    const lookup = (key: string) => live.get(key);
    const copy = rewriteDatabaseCompose(text, { directory, lookup, project: database.project, livePorts, ports: database.ports });
    for (const [key, value] of copy.variables) variables.set(key, value);
    aliases.push(...networkAliases(openCompose(text), step.target.planFile.content.projects.database.gateway));
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeDurably(join(tree, path), copy.text, 0o644);
    await likeSource(join(directory, path), join(tree, path));
  }
  return { variables, aliases };
}

async function envText(step: StepContext, ports: ReadonlyMap<string, string>, aliases: readonly string[]): Promise<string> {
  const { target } = step;
  const { values } = target.planFile.content.environments.staging;
  const gateways = gatewaysOf(target, 'staging', aliases);
  const live = await readEnvFile(join(target.observation.database.directory, '.env'));
  const redirected = portsTo(target, 'staging');
  const set = Object.entries(values.set).map(([key, text]) => [key, filledIn(text, gateways) ?? text] as const);
  const secrets = Object.entries(values['from-secrets'])
    .filter(([key]) => live.has(key))
    .map(([key, name]) => [key, step.secret(name)] as const);
  const env = databaseEnv({
    live,
    project: target.database.project,
    ports,
    fresh: await databaseSecrets(step, live),
    set: new Map([...secrets, ...set]),
    redirect: (text) => redirectPorts(text, redirected),
  });
  return writeDotenv(env, [
    `staging's database of ${step.plan.deployment}, made by stoppoint run ${step.runId}. Read by Compose; never source it.`,
  ]);
}

async function demandUnchanged({ target }: StepContext): Promise<void> {
  for (const { path, sha256 } of target.observation.database.files) {
    if ((await digestFile(path).catch(() => null)) === sha256) continue;
    throw new StoppointError('WORLD_CHANGED', `'${path}' is not the file that the run plan was compiled from`);
  }
}

/** With the owner that the containers expect: a cluster refuses a folder that is not its own. */
async function makeEmptyLike(directory: string, tree: string, path: string): Promise<void> {
  const parts = path.split('/');
  for (let n = 1; n <= parts.length; n += 1) {
    const way = parts.slice(0, n).join('/');
    if (await exists(join(tree, way))) continue;
    await mkdir(join(tree, way));
    if (await exists(join(directory, way))) await likeSource(join(directory, way), join(tree, way));
  }
}
