import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ComposeModel } from '../compose/model.js';
import { unescapeModel } from '../compose/model.js';
import { CONFIG_INTERPOLATED, CONFIG_RAW, type ComposeProject, composeArgs } from '../invocations/docker-compose.js';
import { StoppointError } from '../plan/diagnostic.js';
import { CommandError, type CommandResult, runCommand, type RunOptions } from './run-command.js';

export type { ComposeModel } from '../compose/model.js';
export type { ComposeProject } from '../invocations/docker-compose.js';

/**
 * Runs Compose with a clean environment: shell variables would beat the env file (ports, project name).
 * Never add `--yes`: it also answers "recreate, data will be lost?".
 */
export async function runCompose(project: ComposeProject, command: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  const file = await findCompose();
  const args = composeArgs(project, command);
  return await runCommand({ file, args, cwd: project.directory, env: cleanEnvironment(), extendEnv: false }, options);
}

/** The merged model, interpolated (with secrets in clear: never write or log it) and as written. */
export async function composeModel(
  project: ComposeProject,
  options: RunOptions = {},
): Promise<{ readonly interpolated: ComposeModel; readonly raw: ComposeModel }> {
  const [interpolated, raw] = [await config(project, CONFIG_INTERPOLATED, options), await config(project, CONFIG_RAW, options)];
  return { interpolated: unescapeModel(interpolated), raw };
}

export async function composeVersion(): Promise<string> {
  const { stdout } = await runCommand({
    file: await findCompose(),
    args: ['version', '--short'],
    env: cleanEnvironment(),
    extendEnv: false,
  });
  return stdout.trim().replace(/^v/, '');
}

/** The plugin's binary, where Docker itself would find it. */
export async function findCompose(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const folders = [
    join(env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'cli-plugins'),
    '/usr/local/lib/docker/cli-plugins',
    '/usr/local/libexec/docker/cli-plugins',
    '/usr/lib/docker/cli-plugins',
    '/usr/libexec/docker/cli-plugins',
  ];
  for (const folder of folders) {
    const file = join(folder, process.platform === 'win32' ? 'docker-compose.exe' : 'docker-compose');
    if (await isExecutable(file)) return file;
  }
  throw new StoppointError(
    'COMPOSE_MISSING',
    `there is no 'docker-compose' plugin in ${folders.map((folder) => `'${folder}'`).join(', ')}`,
  );
}

async function config(project: ComposeProject, command: readonly string[], options: RunOptions): Promise<ComposeModel> {
  try {
    return JSON.parse((await runCompose(project, command, options)).stdout) as ComposeModel;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new StoppointError('COMPOSE_FILE_INVALID', `Compose refuses the project '${project.project}': ${firstReason(error.stderr)}`, {
      cause: error,
    });
  }
}

/** Compose's last line says what is wrong. Its template errors quote values, hence only known-harmless shapes pass. */
function firstReason(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() && !/level=warning/.test(line));
  const last = lines.at(-1) ?? 'it gave no reason';
  const missing = /required variable (\w+) is missing a value/.exec(last);
  if (missing) return `the variable '${missing[1]}' has no value`;
  const notFound = /(?:env file|stat|open) ([^\s:]+)/.exec(last);
  if (notFound) return `'${notFound[1]}' is not there, or cannot be read`;
  return /[=$]/.test(last) ? 'a value cannot be interpolated' : last.slice(0, 300);
}

const PASSED = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'SystemRoot',
  'DOCKER_HOST',
  'DOCKER_CONFIG',
  'DOCKER_CONTEXT',
  'DOCKER_CERT_PATH',
  'DOCKER_TLS_VERIFY',
];

function cleanEnvironment(): { readonly [name: string]: string } {
  const pairs = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && (PASSED.includes(name) || name.startsWith('XDG_')),
  );
  return Object.fromEntries(pairs) as { [name: string]: string };
}

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
