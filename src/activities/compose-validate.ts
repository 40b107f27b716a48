import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDotenv } from '../compose/dotenv-write.js';
import { collisions, type Holdings, holdingsOf, type Kind } from '../compose/holdings.js';
import type { ComposeModel } from '../compose/model.js';
import type { CheckResult } from '../plan/checks.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { Environment } from '../plan/operation.js';
import { filesOf } from '../split/environment-files.js';
import { verdict } from '../split/verdict.js';
import { composeModel, type ComposeProject, runCompose } from '../world/compose.js';
import { databaseProject, environmentProject } from '../world/environment-project.js';
import { exists } from '../world/copy-tree.js';
import { writeDurably } from '../world/write-durably.js';
import { composePaths, rewriteAll } from './compose-write.js';
import { environmentEnv } from './environment-env.js';
import { hostHoldings } from './host-holdings.js';
import { type LiveDeployment, readLiveDeployment } from './live-deployment.js';
import { looking, type StepContext } from './operator.js';

const KINDS: readonly Kind[] = ['ports', 'names', 'volumes', 'networks', 'state'];

/** Both models resolve with a clean environment, refuse without their env file, and collide nowhere. */
export const composeValidate = looking<{ kind: 'compose.validate' }>(async (step) => {
  const live = await readLiveDeployment(step);
  const staging = await resolved(step, 'staging', live);
  const production = await resolved(step, 'production', live);
  const models = { staging: staging.model, production: production.model };
  const checks = [
    staging.check,
    production.check,
    await refusesWithoutEnvFile(step),
    appEnvEverywhere(step, live, models),
    ...(await separation(step, models)),
  ];
  const count = (model: ComposeModel | null) => Object.keys(model?.services ?? {}).length;
  return { facts: { 'services of staging': count(models.staging), 'services of production': count(models.production) }, checks };
});

type Models = { readonly [E in Environment]: ComposeModel | null };

async function resolved(
  step: StepContext,
  environment: Environment,
  live: LiveDeployment,
): Promise<{ model: ComposeModel | null; check: CheckResult }> {
  const id = `resolves:${environment}`;
  const limit = 'docker compose config accepts it';
  const project = environmentProject(step.target, environment);
  const mirror = step.folder.file(`look-at-${environment}`);
  await rm(mirror, { recursive: true, force: true });
  try {
    const isWritten = project.envFile !== undefined && (await exists(project.envFile));
    const asked = isWritten ? project : await mirrored(step, environment, live, mirror);
    const { interpolated } = await composeModel(asked, { signal: step.signal });
    return {
      model: moved(interpolated, mirror, project.directory),
      check: { id, verdict: 'pass', limit, ...(isWritten ? {} : { live: 'with the env files that will be written' }) },
    };
  } catch (error) {
    if (!(error instanceof StoppointError) || error.code !== 'COMPOSE_FILE_INVALID') throw error;
    return { model: null, check: { id, verdict: 'fail', limit, live: error.message } };
  } finally {
    await rm(mirror, { recursive: true, force: true });
  }
}

/** Production's env files are written only at 3.0: until then a look at what they will be, in the step's own folder. */
async function mirrored(step: StepContext, environment: Environment, live: LiveDeployment, mirror: string): Promise<ComposeProject> {
  const files = await environmentEnv(step, environment, live, { keep: false });
  for (const { path, text } of rewriteAll(live)) await writeDurably(join(mirror, path), text);
  for (const { path, values } of filesOf(files)) await writeDurably(join(mirror, path), writeDotenv(values));
  const { project } = step.target.environments[environment];
  return {
    project,
    directory: mirror,
    files: composePaths(step.target).map((path) => join(mirror, path)),
    envFile: join(mirror, files.root.path),
  };
}

function moved(model: ComposeModel, from: string, to: string): ComposeModel {
  return JSON.parse(JSON.stringify(model), (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(`${from}/`) ? to + value.slice(from.length) : value,
  ) as ComposeModel;
}

/** A forgotten env file must stop Compose, not let production's values in. */
async function refusesWithoutEnvFile(step: StepContext): Promise<CheckResult> {
  const project = environmentProject(step.target, 'staging');
  const empty = step.folder.file('empty.env');
  await writeDurably(empty, '');
  const { exitCode } = await runCompose({ ...project, envFile: empty }, ['config', '--quiet'], {
    signal: step.signal,
    accept: [1, 14, 15, 16],
  });
  return verdict('refuses-without-env-file', 'without its env file Compose refuses the project', exitCode === 0 ? ['it was accepted'] : []);
}

function appEnvEverywhere({ target }: StepContext, { uses }: LiveDeployment, models: Models): CheckResult {
  const services = [...new Set(uses.map(({ service }) => service))];
  const bad = (['staging', 'production'] as const).flatMap((environment) =>
    services
      .filter(
        (name) =>
          models[environment]?.services[name] &&
          models[environment].services[name].environment?.['APP_ENV'] !== target.environments[environment].label,
      )
      .map((name) => `${environment}: ${name}`),
  );
  return verdict('app-env-everywhere', 'every service with an env file is told its environment', bad, services.length);
}

/** Staging against production, against what runs today, and against the rest of the host. */
async function separation(step: StepContext, { staging, production }: Models): Promise<readonly CheckResult[]> {
  if (!staging || !production)
    return KINDS.map((kind) => ({ id: `no-collision:${kind}`, verdict: 'cannot tell' as const, live: 'a model does not resolve' }));
  const database = databaseProject(step.target);
  const ofStaging = [{ name: 'staging', ...holdingsOf(staging) }];
  if (await exists(database.directory)) {
    const { interpolated } = await composeModel(database, { signal: step.signal });
    ofStaging.push({ name: "staging's database", ...holdingsOf(interpolated) });
  }
  const ofProduction = { name: 'production', ...holdingsOf(production) };
  const { old, oldDatabase, others } = await hostHoldings(step);
  return KINDS.map((kind) => {
    const between = (a: Holdings & { name: string }, b: Holdings & { name: string }) =>
      collisions(a, b, kind).map((what) => `${what} (${a.name}, ${b.name})`);
    const found = [
      ...ofStaging.flatMap((mine) => [ofProduction, old, oldDatabase, others].flatMap((other) => between(mine, other))),
      // What production adopts is the old project's by design: ports, volumes, folders with state.
      ...(kind === 'names' || kind === 'networks' ? between({ ...ofProduction, joined: [] }, old) : []),
      ...between(ofProduction, others),
    ];
    return verdict(`no-collision:${kind}`, `no ${kind === 'state' ? 'writable folder' : kind.replace(/s$/, '')} is held twice`, found);
  });
}
