import { readFile } from 'node:fs/promises';
import { StoppointError } from '../plan/diagnostic.js';
import { currentRunId, knownDeployments, readRun, type RunOnDisk } from '../world/run-folder.js';
import { type Options, type Session, textOf } from './verb.js';

/** Options of every verb that is about a run. */
export const RUN_OPTIONS = [
  ['--deployment <name>', 'the deployment, instead of the one that the plan file names'],
  ['--run <id>', 'a run, instead of the latest one'],
] as const;

/** The run that is meant: named, or the latest of the deployment that is named or that the plan file names. */
export async function selectRun({ paths, file }: Session, options: Options): Promise<RunOnDisk> {
  const named = textOf(options['run']);
  if (named) return await readRun(paths.runs, named);
  const deployment = textOf(options['deployment']) ?? (await deploymentOf(file)) ?? (await onlyDeployment(paths.current, file));
  const runId = await currentRunId(paths.current, deployment);
  if (!runId) throw new StoppointError('RUN_UNKNOWN', `no run of '${deployment}' is known in '${paths.root}'`);
  return await readRun(paths.runs, runId);
}

/** Read by its one line: a plan file that was broken in the meantime must not keep anybody from rolling back. */
async function deploymentOf(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^deployment:\s*["']?([a-z0-9][a-z0-9_-]*)/m.exec(text)?.[1] ?? null;
}

async function onlyDeployment(current: string, file: string): Promise<string> {
  const known = await knownDeployments(current);
  const [only] = known;
  if (only !== undefined && known.length === 1) return only;
  if (known.length === 0) throw new StoppointError('PLAN_FILE_MISSING', `there is no plan file '${file}', and no run is known here`);
  throw new StoppointError('USAGE', `there is no plan file '${file}', and several deployments have runs here: ${known.join(', ')}`, {
    next: 'name one with --deployment',
  });
}
