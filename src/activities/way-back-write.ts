import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationOf } from '../plan/operation.js';
import { startWaves } from '../plan/start-order.js';
import { digestText } from '../record/digest.js';
import { wayBackScript } from '../report/way-back-script.js';
import { nameOf, inspectProject, serviceOf } from '../world/project-containers.js';
import { restartPolicyOf, restartText } from '../world/restart-policy.js';
import { done, notDone, type Operator, type StepContext } from './operator.js';
import { writeDurably } from '../world/write-durably.js';

export const WAY_BACK_FILE = 'way-back.sh';

/** The way back for the day when Stoppoint is gone. Written while the old project still runs, with its exact ids. */
export const wayBackWrite: Operator<OperationOf<'way-back.write'>, string> = {
  capture: (step) => script(step),
  async probe({ runFolder }, _, text) {
    const found = await readFile(join(runFolder, WAY_BACK_FILE), 'utf8').catch(() => null);
    return found === text ? done(`'${WAY_BACK_FILE}' is written`) : notDone(`'${WAY_BACK_FILE}' is not written`);
  },
  act: ({ runFolder }, _, text) => writeDurably(join(runFolder, WAY_BACK_FILE), text, 0o700),
  async evidence({ runFolder }, _, text) {
    const live = join(runFolder, WAY_BACK_FILE);
    return { facts: { sha256: digestText(text) }, checks: [{ id: 'way-back-written', verdict: 'pass', limit: digestText(text), live }] };
  },
};

async function script({ docker, target, runId }: StepContext): Promise<string> {
  const { app } = target.observation;
  const { production } = target.environments;
  const old = await inspectProject(docker, { project: app.name, directory: app.directory });
  const created = await inspectProject(docker, { project: production.project, directory: production.folder });
  const order = startWaves(app.services).flat();
  return wayBackScript({
    deployment: target.planFile.content.deployment,
    runId,
    dockerHost: process.env['DOCKER_HOST'] ?? null,
    created: created.map((c) => ({ id: c.Id, name: nameOf(c) })),
    old: [...old]
      .sort((a, b) => order.indexOf(serviceOf(a)) - order.indexOf(serviceOf(b)))
      .map((c) => ({ id: c.Id, name: nameOf(c), restart: restartText(restartPolicyOf(c)), running: c.State.Running })),
    volumes: app.volumes.map(({ name }) => name),
    healthUrl: firstHealthUrl(target),
  });
}

function firstHealthUrl({ planFile, observation }: StepContext['target']): string | null {
  const { both, production } = planFile.content.checks;
  for (const check of [...both, ...production]) {
    if (!('get' in check) || !check.smoke) continue;
    const port = observation.app.services.find(({ name }) => name === check.service)?.ports.find(({ target }) => target === check.port);
    if (port) return `http://127.0.0.1:${port.published}${check.get}`;
  }
  return null;
}
