import { NAMED_CHECKS } from './named-checks.js';
import type { Observation, ObservedService } from './observed.js';
import { type StopPointId, STOP_POINT_IDS } from './operation.js';
import { type RunPlan, sealPlan, type StopPointRule } from './run-plan.js';
import type { PlanFile } from './schema.js';
import { type Draft, numbered } from './steps.js';
import type { Target } from './target.js';

const QUESTIONS: { readonly [id in StopPointId]: string } = {
  SP0: 'start the migration?',
  SP1: "is staging's database operational, and is every backup proven?",
  SP2: "are staging's env files right?",
  SP3: 'is staging up, and production untouched?',
  SP4: 'go for production?',
  SP5: 'are the production files right? the next step stops production',
  SP6: 'is production up?',
  SP7: 'sign off? after this, going back is a restore',
};

/** The run plan: what will be done, in which order, why, and how each step is undone. Makes no call, decides nothing later. */
export function compile(planFile: PlanFile, target: Target): RunPlan<Target> {
  return sealPlan<Target>({
    version: 1,
    deployment: planFile.deployment,
    steps: numbered(drafts(planFile, target)),
    stopPoints: STOP_POINT_IDS.map((id) => stopPointRule(planFile, id)),
    limits: { budgetSeconds: planFile.window.budget },
    target,
  });
}

function drafts(planFile: PlanFile, target: Target): readonly Draft[] {
  const { observation } = target;
  const { app, database } = observation;
  const { projects } = planFile;
  const cluster = service(database.services, projects.database.postgres);
  const redis = projects.app.redis ? service(app.services, projects.app.redis) : null;
  const anyImage = app.services[0]?.imageId ?? cluster.imageId;
  const postgresBackup = { kind: 'backup.postgres', container: cluster.containerName, superuser: projects.database.superuser } as const;
  const redisBackup = redis && ({ kind: 'backup.redis', container: redis.containerName, service: redis.name } as const);
  const files = [
    ...new Set(
      [...app.files, ...app.envFiles, ...database.files, ...database.envFiles]
        .map(({ path }) => path)
        .concat(secretFiles(planFile, app.directory)),
    ),
  ];
  return [
    {
      stage: '0',
      operation: { kind: 'lock.take', container: target.lockContainer, image: anyImage },
      cause: 'one run at a time on this host',
    },
    { stage: '0', operation: { kind: 'prerequisites.check', bytesNeeded: bytesNeeded(observation) }, cause: 'plan §7 prerequisites, §12' },
    {
      stage: '1.1',
      operation: { kind: 'backup.files', paths: files },
      cause: 'env, compose and secret files rebuild the deployment (B12)',
    },
    { stage: '1.1', operation: postgresBackup, cause: `database project '${database.name}' (B11)` },
    ...(redisBackup
      ? [{ stage: '1.1', operation: redisBackup, cause: 'append-only file is on: a copied dump restores nothing (C4)' } as const]
      : []),
    ...[...app.volumes, ...database.volumes].map(
      ({ name, services }): Draft => ({
        stage: '1.1',
        operation: { kind: 'backup.volume', volume: name, image: anyImage },
        cause: `state of ${services.join(', ')}`,
      }),
    ),
    ...stateFolders(planFile, observation).map(
      (path): Draft => ({
        stage: '1.1',
        operation: { kind: 'backup.bind', path, image: anyImage },
        cause: 'state in a bind mount (C11)',
      }),
    ),
    { stage: '1.2', operation: { kind: 'database.files' }, cause: 'one database project per environment (B4, B9)' },
    { stage: '1.2', operation: { kind: 'database.start' }, cause: 'plan 1.2' },
    { stage: '1.3', operation: { kind: 'schema.apply' }, cause: 'plan 1.3 (B13, B14)' },
    { stage: '1.3', operation: { kind: 'schema.compare' }, cause: 'parity with production (B14)' },
    { stage: '1.4', operation: { kind: 'folder.make', environment: 'staging' }, cause: 'the live folder is not edited (C11, C12)' },
    { stage: '1.4', operation: { kind: 'folder.make', environment: 'production' }, cause: 'the live folder is not edited (C11, C12)' },
    { stage: '1.4', operation: { kind: 'env-files.write', environment: 'staging' }, cause: 'plan 1.4 (A1–A4)' },
    { stage: '1.5', operation: { kind: 'compose.write', environment: 'staging' }, cause: 'plan §3.1, §5.1 (A8)' },
    { stage: '1.5', operation: { kind: 'compose.write', environment: 'production' }, cause: 'plan §3.1, §5.1 (A8)' },
    { stage: '1.5', operation: { kind: 'compose.validate' }, cause: 'plan 1.5' },
    { stage: '2.1', operation: { kind: 'images.pin' }, cause: 'staging and production run the same bits (C13)' },
    { stage: '2.1', operation: { kind: 'volumes.make', environment: 'staging' }, cause: 'volumes are external in both environments (C1)' },
    { stage: '2.1', operation: { kind: 'project.create', environment: 'staging' }, cause: 'plan 2.1' },
    { stage: '2.1', operation: { kind: 'project.start', environment: 'staging' }, cause: 'plan 2.1' },
    { stage: '2.1', operation: { kind: 'service.check', environment: 'staging', depth: 'start' }, cause: 'plan 2.1' },
    { stage: '2.2', operation: { kind: 'isolation.probe' }, cause: 'plan 2.2 (F1, F2, F10)' },
    { stage: '2.3', operation: { kind: 'service.check', environment: 'staging', depth: 'full' }, cause: 'plan 2.3 (C15)' },
    { stage: '3.0', operation: { kind: 'env-files.write', environment: 'production' }, cause: 'plan 3.4, before the window (F9)' },
    { stage: '3.0', operation: { kind: 'compose.validate' }, cause: 'plan 3.4' },
    { stage: '3.0', operation: { kind: 'network.connect' }, cause: 'plan 3.3 without a rename (B8)' },
    { stage: '3.0', operation: { kind: 'project.create', environment: 'production' }, cause: 'no pull, build or create inside the window' },
    { stage: '3.0', operation: postgresBackup, cause: 'fresh before the cutover' },
    ...(redisBackup ? [{ stage: '3.0', operation: redisBackup, cause: 'fresh before the cutover' } as const] : []),
    { stage: '3.0', operation: { kind: 'way-back.write' }, cause: 'law 10: a way back without Stoppoint' },
    { stage: '3.1', operation: { kind: 'announce.send', message: 'start' }, cause: 'plan 3.1' },
    { stage: '3.1', operation: { kind: 'window.wait' }, cause: 'the approval of SP5 counts for the world it was shown' },
    { stage: '3.2', operation: { kind: 'project.stop' }, cause: 'plan 3.2 (C2, C3)' },
    { stage: '3.5', operation: { kind: 'volumes.adopt' }, cause: 'production keeps its data (C1)' },
    { stage: '3.5', operation: { kind: 'project.start', environment: 'production' }, cause: 'plan 3.5' },
    { stage: '3.5', operation: { kind: 'service.check', environment: 'production', depth: 'smoke' }, cause: 'plan 3.5: the window ends' },
    { stage: '3.6', operation: { kind: 'service.check', environment: 'production', depth: 'full' }, cause: 'plan 3.6' },
    { stage: '3.7', operation: { kind: 'announce.send', message: 'end' }, cause: 'plan 3.7' },
    { stage: '4.1', operation: { kind: 'monitor.watch', seconds: planFile.monitor.for }, cause: 'plan 4.1' },
    { stage: '4.2', operation: { kind: 'isolation.together' }, cause: 'plan 4.2 without a redeployment (E6)' },
    { stage: '4.3', operation: { kind: 'record.write' }, cause: 'plan 4.3 with measured facts (F3)' },
    { stage: '4.4', operation: { kind: 'project.retire' }, cause: 'after sign-off; the old containers pinned the volumes until here' },
  ];
}

function service(services: readonly ObservedService[], name: string): ObservedService {
  const found = services.find((candidate) => candidate.name === name);
  // compile is called with a validated observation: see src/world/plan-from-file.ts.
  if (!found) throw new TypeError(`the observation has no service '${name}'`);
  return found;
}

function secretFiles(planFile: PlanFile, directory: string): readonly string[] {
  return planFile.projects.app['secret-files'].map(({ path }) => `${directory}/${path}`);
}

/** Folders with state that no volume holds: declared ones of both projects. The cluster's own data is dumped, not copied live. */
export function stateFolders(planFile: PlanFile, { app, database }: Observation): readonly string[] {
  const { app: appState, database: databaseState } = { app: planFile.projects.app.state, database: planFile.projects.database.state };
  const cluster = database.services.find(({ name }) => name === planFile.projects.database.postgres);
  const dumped = new Set(cluster?.mounts.flatMap((mount) => (mount.type === 'bind' ? [mount.source] : [])));
  return [...appState.map((path) => `${app.directory}/${path}`), ...databaseState.map((path) => `${database.directory}/${path}`)].filter(
    (path) => ![...dumped].some((source) => path === source || source.startsWith(`${path}/`) || path.startsWith(`${source}/`)),
  );
}

function bytesNeeded({ app, database }: Observation): number {
  const volumes = [...app.volumes, ...database.volumes].reduce((sum, { bytes }) => sum + bytes, 0);
  // Twice: the archive and the scratch copy that proves it; plus room for dumps of clusters in bind mounts.
  return 2 * volumes + 512 * 1024 * 1024;
}

function stopPointRule(planFile: PlanFile, id: StopPointId): StopPointRule {
  const rule = planFile['stop-points'][id];
  return {
    id,
    question: QUESTIONS[id],
    mayDecide: rule?.['may-decide'] ?? [],
    needs: rule?.needs ?? 1,
    starterMay: rule?.['starter-may'] ?? true,
    checks: NAMED_CHECKS.filter(({ at }) => at === id),
  };
}
