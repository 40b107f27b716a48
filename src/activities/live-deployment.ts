import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ComposeText, NotYaml, openCompose } from '../compose/document.js';
import { DotenvProblem, parseDotenv } from '../compose/dotenv.js';
import { relativeInside } from '../compose/host-path.js';
import type { Lookup } from '../compose/interpolate.js';
import { PROJECT_NAME } from '../compose/variable-names.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { ObservedProject } from '../plan/observed.js';
import type { SplitContext } from '../split/context.js';
import { type EnvFileUse, envFilesOf } from '../split/env-file-names.js';
import type { EnvFile } from '../split/env-picture.js';
import type { Values } from '../split/env-values.js';
import { interpolatedVariables } from '../split/interpolations.js';
import { networkAliases } from '../split/network-aliases.js';
import { digestFile } from '../world/digest-file.js';
import type { StepContext } from './operator.js';

/** The application's files as they lie in the live folder, parsed. Holds secrets: never saved, never logged. */
export interface LiveDeployment {
  readonly files: readonly { readonly path: string; readonly file: ComposeText }[];
  readonly context: SplitContext;
  /** Variables that the compose files interpolate, with today's values. */
  readonly root: Values;
  readonly components: readonly EnvFile[];
  readonly uses: readonly EnvFileUse[];
  /** The database project's own env file. */
  readonly database: Values;
  /** Names by which the database's gateway is known on its network. */
  readonly gatewayAliases: readonly string[];
}

/** Reads it all, and refuses when a file is not the one that the run plan was compiled from. */
export async function readLiveDeployment({ target }: Pick<StepContext, 'target'>): Promise<LiveDeployment> {
  const { app, database } = target.observation;
  await demandUnchanged(app);
  await demandUnchanged(database);
  const around = await lookupOf(app);
  const files = await openFiles(app);
  const basis = { directory: app.directory, lookup: around };
  const uses = files.flatMap(({ file }) => envFilesOf(file, basis));
  const root = new Map(files.flatMap(({ file }) => [...interpolatedVariables(file, around)]));
  const databaseFiles = await openFiles(database);
  return {
    files,
    context: contextOf(target, around, root),
    root,
    components: await readComponents(app, uses, around),
    uses,
    database: await readEnvFile(join(database.directory, '.env'), around),
    gatewayAliases: databaseFiles.flatMap(({ file }) => networkAliases(file, target.planFile.content.projects.database.gateway)),
  };
}

function contextOf(target: StepContext['target'], lookup: Lookup, root: Values): SplitContext {
  const { app, database } = target.observation;
  const { projects, environments } = target.planFile.content;
  const { production, staging } = target.environments;
  const emptied = (['production', 'staging'] as const).flatMap((name) =>
    Object.entries(environments[name].values.set).flatMap(([key, value]) => (value === '' ? [key] : [])),
  );
  return {
    directory: app.directory,
    lookup,
    ports: production.ports,
    volumes: new Set(Object.keys(production.volumes).filter((key) => staging.volumes[key] !== undefined)),
    images: new Set(Object.keys(target.images)),
    databaseNetworks: new Set(database.networks.map(({ name }) => name)),
    state: projects.app.state,
    secretFiles: projects.app['secret-files'].map(({ path }) => path),
    mayBeEmpty: new Set([...emptied, ...[...root].flatMap(([key, value]) => (value === '' ? [key] : []))]),
  };
}

/** Every compose and env file has the bytes that the plan was compiled from. */
async function demandUnchanged(project: ObservedProject): Promise<void> {
  for (const { path, sha256 } of [...project.files, ...project.envFiles]) {
    if ((await digestFile(path).catch(() => null)) === sha256) continue;
    throw new StoppointError('WORLD_CHANGED', `'${path}' is not the file that the run plan was compiled from`);
  }
}

/** What Compose interpolates from when it is called in the live folder without an env file. */
async function lookupOf({ directory, name }: ObservedProject): Promise<Lookup> {
  const around: Lookup = (key) => (key === 'HOME' || key === 'PATH' ? process.env[key] : undefined);
  const values = await readEnvFile(join(directory, '.env'), around);
  return (key) => around(key) ?? values.get(key) ?? (key === PROJECT_NAME ? name : undefined);
}

async function openFiles({ directory, files }: ObservedProject): Promise<LiveDeployment['files']> {
  return await Promise.all(
    files.map(async ({ path }) => {
      try {
        return { path: relativeInside(directory, path) ?? path, file: openCompose(await readFile(path, 'utf8')) };
      } catch (cause) {
        if (!(cause instanceof NotYaml)) throw cause;
        throw new StoppointError('COMPOSE_FILE_INVALID', `'${path}' is no YAML: ${cause.message}`, { cause });
      }
    }),
  );
}

async function readComponents({ directory }: ObservedProject, uses: readonly EnvFileUse[], lookup: Lookup): Promise<readonly EnvFile[]> {
  const paths = [...new Set(uses.map(({ path }) => path))];
  return await Promise.all(paths.map(async (path) => ({ path, values: await readEnvFile(join(directory, path), lookup) })));
}

/** An env file with Compose's meaning; empty when it is not there. */
export async function readEnvFile(path: string, lookup: Lookup = () => undefined): Promise<Values> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  try {
    return parseDotenv(text, lookup);
  } catch (cause) {
    if (!(cause instanceof DotenvProblem)) throw cause;
    throw new StoppointError('COMPOSE_FILE_INVALID', `line ${cause.line} of the env file '${path}': ${cause.message}`, { cause });
  }
}
