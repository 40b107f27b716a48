import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openCompose } from '../compose/document.js';
import { relativeInside } from '../compose/host-path.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { Environment, OperationOf } from '../plan/operation.js';
import type { Target } from '../plan/target.js';
import { digestText } from '../record/digest.js';
import type { SplitFinding } from '../split/context.js';
import { openVariables } from '../split/interpolations.js';
import { rewriteCompose } from '../split/rewrite-compose.js';
import { verdict } from '../split/verdict.js';
import { exists, likeSource } from '../world/copy-tree.js';
import { digestFile } from '../world/digest-file.js';
import { runCommand } from '../world/run-command.js';
import { writeDurably } from '../world/write-durably.js';
import { type LiveDeployment, readLiveDeployment } from './live-deployment.js';
import { done, notDone, type Operator, partly, type StepContext } from './operator.js';

interface Written {
  /** Relative path → digests of what this step wrote there. */
  readonly files: { readonly [path: string]: string };
}

const WRITTEN = 'written.json';

/** One compose text for both environments, fail-closed; written into the folder of each. */
export const composeWrite: Operator<OperationOf<'compose.write'>> = {
  async probe(step, { environment }) {
    const files = Object.entries((await step.folder.read<Written>(WRITTEN))?.files ?? {});
    if (files.length === 0) return notDone('no compose file is written');
    const { folder } = step.target.environments[environment];
    for (const [path, sha256] of files)
      if ((await digestOrNull(join(folder, path))) !== sha256) return partly(`'${path}' is not what was written`);
    if (!(await step.folder.read('evidence.json'))) return partly('the compose files are written, and not judged yet');
    return done(`${files.length} compose files are as they were written`);
  },
  async act(step, { environment }) {
    const { folder } = step.target.environments[environment];
    const live = await readLiveDeployment(step);
    const rewritten = rewriteAll(live);
    const known = (await step.folder.read<Written>(WRITTEN))?.files ?? {};
    for (const { path } of rewritten) await refuseForeign(step, environment, path, known[path]);
    await step.folder.write(WRITTEN, { files: Object.fromEntries(rewritten.map(({ path, text }) => [path, digestText(text)])) });
    await step.folder.write(
      'findings.json',
      rewritten.flatMap(({ findings }) => findings),
    );
    for (const { path, text } of rewritten) {
      await writeDurably(join(folder, path), text, 0o644);
      await likeSource(join(step.target.observation.app.directory, path), join(folder, path));
    }
  },
  async evidence(step, { environment }) {
    const { folder } = step.target.environments[environment];
    const paths = composePaths(step.target);
    const texts = await Promise.all(paths.map((path) => readFile(join(folder, path), 'utf8')));
    const open = texts.flatMap((text) => openVariables(openCompose(text)));
    const diff = await writeDiff(step, environment, paths);
    const findings = (await step.folder.read<readonly SplitFinding[]>('findings.json')) ?? [];
    return {
      facts: {
        files: paths.join(', '),
        findings: findings.length,
        first: findings[0] ? `${findings[0].service ?? ''} ${findings[0].what}`.trim() : null,
      },
      checks: [
        verdict('fails-closed', 'no interpolation has a default or may be unset', open),
        verdict('one-text', 'both environments have the same compose files', await differing(step, environment, paths)),
      ],
      ...(diff ? { raw: [diff] } : {}),
    };
  },
  async undo(step, { environment }) {
    const { folder } = step.target.environments[environment];
    const { directory } = step.target.observation.app;
    for (const [path, sha256] of Object.entries((await step.folder.read<Written>(WRITTEN))?.files ?? {})) {
      const now = await digestOrNull(join(folder, path));
      if (now === null || (await digestOrNull(join(directory, path))) === now) continue;
      if (now !== sha256)
        await writeDurably(step.folder.file(`edited-${path.replaceAll('/', '_')}`), await readFile(join(folder, path), 'utf8'));
      if (!(await exists(join(directory, path)))) await rm(join(folder, path));
      else await writeDurably(join(folder, path), await readFile(join(directory, path), 'utf8'), 0o644);
    }
  },
  async probeUndone(step, { environment }) {
    const { folder } = step.target.environments[environment];
    for (const [path, sha256] of Object.entries((await step.folder.read<Written>(WRITTEN))?.files ?? {})) {
      if ((await digestOrNull(join(folder, path))) === sha256) return partly(`'${path}' is still the rewritten one`);
    }
    return done('no rewritten compose file is left');
  },
};

/** The rewritten files, by the path that they have in every folder of the application. */
export function rewriteAll({
  files,
  context,
}: LiveDeployment): readonly { readonly path: string; readonly text: string; readonly findings: readonly SplitFinding[] }[] {
  return files.map(({ path, file }) => ({ path, ...rewriteCompose(file.text, context) }));
}

export function composePaths({ observation }: Target): readonly string[] {
  return observation.app.files.map(({ path }) => relativeInside(observation.app.directory, path) ?? path);
}

/** The folder came with the live text: anything else was put there by somebody. */
async function refuseForeign(step: StepContext, environment: Environment, path: string, known: string | undefined): Promise<void> {
  const file = join(step.target.environments[environment].folder, path);
  const now = await digestOrNull(file);
  if (now === null || now === known || now === (await digestOrNull(join(step.target.observation.app.directory, path)))) return;
  throw new StoppointError('NAME_TAKEN', `'${file}' was changed by somebody else`);
}

async function differing(step: StepContext, environment: Environment, paths: readonly string[]): Promise<readonly string[]> {
  const { production, staging } = step.target.environments;
  const [mine, other] = environment === 'production' ? [production, staging] : [staging, production];
  const { directory } = step.target.observation.app;
  const different: string[] = [];
  for (const path of paths) {
    const theirs = await digestOrNull(join(other.folder, path));
    const isStillLive = theirs === null || theirs === (await digestOrNull(join(directory, path)));
    if (!isStillLive && theirs !== (await digestOrNull(join(mine.folder, path)))) different.push(path);
  }
  return different;
}

/** For the people at the stop points. Without git there is no diff, and nothing else is lost. */
async function writeDiff(step: StepContext, environment: Environment, paths: readonly string[]) {
  const { folder } = step.target.environments[environment];
  const { directory } = step.target.observation.app;
  const texts = await Promise.all(
    paths.map(async (path) => {
      const args = ['diff', '--no-index', '--no-color', '--', join(directory, path), join(folder, path)];
      const result = await runCommand({ file: 'git', args }, { signal: step.signal, accept: [1] }).catch(() => null);
      return result?.stdout ?? '';
    }),
  );
  const text = texts.join('');
  if (!text) return null;
  await writeDurably(step.folder.file('compose.diff'), text);
  return { name: 'compose.diff', sha256: digestText(text), bytes: Buffer.byteLength(text) };
}

async function digestOrNull(path: string): Promise<string | null> {
  return await digestFile(path).catch(() => null);
}
