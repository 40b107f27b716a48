import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UnwritableValue, writeDotenv } from '../compose/dotenv-write.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { Environment, OperationOf } from '../plan/operation.js';
import { digestText } from '../record/digest.js';
import { checkEnvFiles } from '../split/env-checks.js';
import { filesOf } from '../split/environment-files.js';
import type { EnvFile } from '../split/env-picture.js';
import { unusedKeys } from '../split/env-values.js';
import { digestFile } from '../world/digest-file.js';
import { writeDurably } from '../world/write-durably.js';
import { asRunning } from './as-running.js';
import { environmentEnv, pictureOf } from './environment-env.js';
import { readEnvFile, readLiveDeployment } from './live-deployment.js';
import { done, notDone, type Operator, partly, type StepContext } from './operator.js';

interface Written {
  /** Relative path → digests of what this step wrote there, the latest last. */
  readonly files: { readonly [path: string]: readonly string[] };
}

const WRITTEN = 'written.json';

/** The env files of one environment: what Compose interpolates, and one beside each env file of today. Mode 0600. */
export const envFilesWrite: Operator<OperationOf<'env-files.write'>> = {
  async probe(step, { environment }) {
    const { folder } = step.target.environments[environment];
    const paths = Object.entries((await step.folder.read<Written>(WRITTEN))?.files ?? {});
    if (paths.length === 0) return notDone('no env file is written');
    const found = await Promise.all(paths.map(async ([path, digests]) => (await digestOrNull(join(folder, path))) === digests.at(-1)));
    if (found.every(Boolean) && !(await step.folder.read('evidence.json'))) return partly('the env files are written, and not judged yet');
    if (found.every(Boolean)) return done(`${paths.length} env files are as they were written`);
    const missing = paths.filter((_, n) => !found[n]).map(([path]) => `'${path}'`);
    return found.some(Boolean) ? partly(`${missing.join(', ')} differ from what was written`) : notDone('no env file is as it was written');
  },
  async act(step, { environment }) {
    const { folder } = step.target.environments[environment];
    const live = await readLiveDeployment(step);
    const files = filesOf(await environmentEnv(step, environment, live, { keep: true }));
    const texts = files.map((file) => ({ path: file.path, text: asText(step, environment, file) }));
    const known = (await step.folder.read<Written>(WRITTEN))?.files ?? {};
    for (const { path } of texts) await refuseForeign(join(folder, path), known[path] ?? []);
    const written = Object.fromEntries(texts.map(({ path, text }) => [path, [...(known[path] ?? []), digestText(text)]]));
    // Remembered before anything is written: what is found later with such a digest is ours.
    await step.folder.write(WRITTEN, { files: { ...known, ...written } });
    for (const { path, text } of texts) await writeDurably(join(folder, path), text);
  },
  async evidence(step, { environment }) {
    const { folder } = step.target.environments[environment];
    const live = await readLiveDeployment(step);
    const planned = await environmentEnv(step, environment, live, { keep: true });
    // Judged is what lies on disk, read back with Compose's meaning, not what we meant to write.
    const onDisk = async ({ path }: EnvFile) => ({ path, values: await readEnvFile(join(folder, path)) });
    const picture = pictureOf(step, environment, live, {
      root: await onDisk(planned.root),
      components: await Promise.all(planned.components.map(onDisk)),
    });
    const running = environment === 'production' ? [await asRunning(step)] : [];
    const unused = unusedKeys(step.target.planFile.content.environments[environment].values, planned.keys);
    return {
      facts: {
        files: filesOf(planned)
          .map(({ path }) => path)
          .join(', '),
        ...Object.fromEntries(Object.entries(planned.sources).map(([source, count]) => [`values ${source}`, count])),
        'led to own ports': planned.redirected.join(', ') || null,
        'rules for keys that occur nowhere': unused.join(', ') || null,
      },
      checks: [...checkEnvFiles(picture), ...running, await ownerOnly(folder, filesOf(planned))],
    };
  },
  async undo(step, { environment }) {
    const { folder } = step.target.environments[environment];
    const written = (await step.folder.read<Written>(WRITTEN))?.files ?? {};
    for (const [path, digests] of Object.entries(written)) {
      const now = await digestOrNull(join(folder, path));
      if (now === null) continue;
      // A person mended it at a stop point: kept aside, since nobody else has these values.
      if (!digests.includes(now))
        await writeDurably(step.folder.file(`edited-${path.replaceAll('/', '_')}`), await readFile(join(folder, path), 'utf8'));
      await rm(join(folder, path));
    }
  },
  async probeUndone(step, { environment }) {
    const { folder } = step.target.environments[environment];
    for (const path of Object.keys((await step.folder.read<Written>(WRITTEN))?.files ?? {})) {
      if ((await digestOrNull(join(folder, path))) !== null) return partly(`'${path}' is still there`);
    }
    return done('no env file of this step is left');
  },
};

function asText(step: StepContext, environment: Environment, { path, values }: EnvFile): string {
  try {
    return writeDotenv(values, [
      `${environment} of ${step.plan.deployment}, made by stoppoint run ${step.runId}. Read by Compose; never source it.`,
    ]);
  } catch (cause) {
    if (!(cause instanceof UnwritableValue)) throw cause;
    throw new StoppointError('NOT_SPLITTABLE', `'${path}': ${cause.message}`, {
      cause,
      next: 'change the value, or set another in the plan file',
    });
  }
}

async function refuseForeign(path: string, digests: readonly string[]): Promise<void> {
  const now = await digestOrNull(path);
  if (now === null || digests.includes(now)) return;
  throw new StoppointError('NAME_TAKEN', `the env file '${path}' is there already, and this step did not write it`);
}

async function ownerOnly(folder: string, files: readonly EnvFile[]) {
  const modes = await Promise.all(files.map(async ({ path }) => ({ path, mode: (await stat(join(folder, path))).mode & 0o777 })));
  const bad = modes.filter(({ mode }) => mode !== 0o600).map(({ path }) => path);
  return {
    id: 'owner-only',
    verdict: bad.length === 0 ? 'pass' : 'fail',
    limit: 'mode 0600',
    ...(bad.length > 0 ? { live: bad.join(', ') } : {}),
  } as const;
}

async function digestOrNull(path: string): Promise<string | null> {
  return await digestFile(path).catch(() => null);
}
