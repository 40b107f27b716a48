import type { CheckResult } from '../plan/checks.js';
import type { OperationKind, OperationOf } from '../plan/operation.js';
import { readIdentities } from '../world/identities.js';
import { inspectProject } from '../world/project-containers.js';
import { waitForTime } from '../world/wait-for-time.js';
import { writeDurably } from '../world/write-durably.js';
import { join } from 'node:path';
import { takeBaseline } from './baseline.js';
import { sqlOptions } from './both-databases.js';
import { composeWrite } from './compose-write.js';
import { envFilesWrite } from './env-files-write.js';
import { networkConnect } from './network-connect.js';
import { looking, type Operator, type StepContext } from './operator.js';
import { lookForClusters } from './postgres-volume.js';
import { projectCreate } from './project-create.js';
import { IDENTITIES_FILE } from './state-preserved.js';
import { StepFolder } from './step-folder.js';
import { wayBackWrite } from './way-back-write.js';

/** What SP5 was approved for: asked again of the world, right before production stops. */
const SHOWN: readonly { readonly kind: OperationKind; readonly operator: Operator<never> }[] = [
  { kind: 'compose.write', operator: composeWrite as Operator<never> },
  { kind: 'env-files.write', operator: envFilesWrite as Operator<never> },
  { kind: 'network.connect', operator: networkConnect as Operator<never> },
  { kind: 'project.create', operator: projectCreate as Operator<never> },
  { kind: 'way-back.write', operator: wayBackWrite as Operator<never> },
];

export const windowWait = looking<OperationOf<'window.wait'>>(async (step) => {
  const { planFile, observation } = step.target;
  const { opens } = planFile.content.window;
  await takeBaseline(step, planFile.content.monitor['compare-with']);
  await lookForClusters(step);
  if (opens) await waitForTime(Date.parse(opens), step.signal);
  const checks = [...(await Promise.all(SHOWN.map((shown) => stillDone(step, shown)))).flat(), await oldRuns(step)];
  const identities = await readIdentities(step.docker, { planFile: planFile.content, observation }, sqlOptions(step));
  await writeDurably(join(step.runFolder, IDENTITIES_FILE), JSON.stringify(identities, null, 2));
  return { facts: { opened: opens ?? 'at once' }, checks };
});

async function stillDone(step: StepContext, { kind, operator }: (typeof SHOWN)[number]): Promise<readonly CheckResult[]> {
  const earlier = step.plan.steps.filter(
    (s) => s.kind === kind && !('environment' in s.operation && s.operation.environment === 'staging'),
  );
  return await Promise.all(
    earlier.map(async ({ id, operation }): Promise<CheckResult> => {
      const folder = await latestFolder(step, id);
      const before = await folder.read<{ state: never }>('before.json');
      const probe = await operator.probe({ ...step, stepId: id, folder }, operation as never, before?.state as never);
      return { id: `as-shown:${kind}`, verdict: probe.verdict === 'done' ? 'pass' : 'fail', limit: 'as SP5 showed it', live: probe.why };
    }),
  );
}

/** Steps before SP5 keep the folder of the attempt in which they ran: the first. */
async function latestFolder({ runFolder }: StepContext, stepId: string): Promise<StepFolder> {
  return StepFolder.of({ runFolder, stepId, attempt: 1 });
}

async function oldRuns({ docker, target }: StepContext): Promise<CheckResult> {
  const { name, directory, services } = target.observation.app;
  const now = await inspectProject(docker, { project: name, directory });
  const gone = services.filter(({ containerId, running }) => running && !now.some((c) => c.Id === containerId && c.State.Running));
  return {
    id: 'as-shown:old-project',
    verdict: gone.length === 0 ? 'pass' : 'fail',
    limit: 'the observed containers run',
    live: gone.map((s) => s.containerName).join(', ') || `${services.length} run`,
  };
}
