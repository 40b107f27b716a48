import type { ContainerInspectInfo } from 'dockerode';
import { StoppointError } from '../plan/diagnostic.js';
import type { OperationOf } from '../plan/operation.js';
import { startWaves } from '../plan/start-order.js';
import { setRestart, startContainer, stopContainer } from '../world/container-control.js';
import { inspectProject, nameOf, serviceOf } from '../world/project-containers.js';
import { isFenced, NEVER_RESTART, type RestartPolicy, restartPolicyOf } from '../world/restart-policy.js';
import { done, notDone, type Operator, partly, type StepContext } from './operator.js';
import { oldAnswers } from './old-answers.js';
import { statePreserved } from './state-preserved.js';

interface Old {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly restart: RestartPolicy;
  readonly running: boolean;
  /** Writes to a named volume: stopped after those that write through it, started before them. */
  readonly stateful: boolean;
}

/** Stops the old project and fences it. Its containers stay: they pin the volumes and are the fastest way back. */
export const projectStop: Operator<OperationOf<'project.stop'>, readonly Old[]> = {
  async capture({ docker, target }) {
    const { name, directory } = target.observation.app;
    return (await inspectProject(docker, { project: name, directory })).map((c) => ({
      id: c.Id,
      name: nameOf(c),
      service: serviceOf(c),
      restart: restartPolicyOf(c),
      running: c.State.Running,
      stateful: c.Mounts.some(({ Type, RW }) => Type === 'volume' && RW),
    }));
  },
  async probe(step, _, old) {
    const now = await inspected(step, old);
    const open = now.filter((c) => c.State.Running || !isFenced(c));
    if (open.length === 0) return done(`${now.length} containers stopped and fenced`);
    return open.length === now.length ? notDone('the old project runs') : partly(`not fenced: ${open.map(nameOf).join(', ')}`);
  },
  async act({ docker }, _, old) {
    await Promise.all(old.map(({ id }) => setRestart(docker, id, NEVER_RESTART)));
    for (const stateful of [false, true]) {
      await Promise.all(old.filter((c) => c.stateful === stateful).map(({ id }) => stopContainer(docker, id)));
    }
  },
  async evidence(step, _, old) {
    const now = await inspected(step, old);
    const codes = now.map((c) => `${serviceOf(c)}=${c.State.ExitCode}`).join(' ');
    return {
      facts: { containers: now.length, exitCodes: codes },
      checks: [{ id: 'stopped', verdict: 'pass', live: `${now.length} exited, restart off` }],
    };
  },
  async undo(step, _, old) {
    await demandVolumesFree(step, old);
    const services = step.target.observation.app.services;
    for (const wave of startWaves(services)) {
      const members = old.filter(({ service }) => wave.includes(service));
      await Promise.all(
        members.map(async ({ id, restart, running }) => {
          await setRestart(step.docker, id, restart);
          if (running) await startContainer(step.docker, id);
        }),
      );
    }
    const checks = [...(await oldAnswers(step)), ...(await statePreserved(step))];
    const failed = checks.filter(({ verdict }) => verdict === 'fail');
    if (failed.length > 0) {
      throw Object.assign(
        new StoppointError(
          'CHECKS_FAILED',
          `the old project does not answer as before: ${failed.map(({ id, live }) => `${id} (${live})`).join(', ')}`,
        ),
        {
          evidence: { facts: {}, checks },
        },
      );
    }
    return { facts: { containers: old.length }, checks };
  },
  async probeUndone(step, _, old) {
    const now = await inspected(
      step,
      old.filter(({ running }) => running),
    );
    const down = now.filter(({ State }) => !State.Running);
    return down.length === 0 ? done('the old project runs') : partly(`not running: ${down.map(nameOf).join(', ')}`);
  },
};

function inspected({ docker }: StepContext, old: readonly Old[]): Promise<ContainerInspectInfo[]> {
  return Promise.all(old.map(({ id }) => docker.getContainer(id).inspect()));
}

/** The old containers may only start when nobody else runs on their volumes. */
async function demandVolumesFree({ docker, target }: StepContext, old: readonly Old[]): Promise<void> {
  const ours = new Set(old.map(({ id }) => id));
  for (const { name } of target.observation.app.volumes) {
    const users = await docker.listContainers({ filters: { volume: [name], status: ['running'] } });
    const other = users.find(({ Id }) => !ours.has(Id));
    if (other) throw new StoppointError('STEP_FAILED', `'${other.Names[0]?.slice(1)}' still runs on the volume '${name}'`);
  }
}
