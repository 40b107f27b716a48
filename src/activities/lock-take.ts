import type { OperationOf } from '../plan/operation.js';
import { heldBy, lockHolder, releaseHostLock, takeHostLock } from '../world/host-lock.js';
import { done, notDone, type Operator } from './operator.js';
import { statePreserved } from './state-preserved.js';

export const lockTake: Operator<OperationOf<'lock.take'>> = {
  async probe({ docker, runId }, { container }) {
    const holder = await lockHolder(docker, container);
    if (holder === null) return notDone(`nobody holds '${container}'`);
    if (holder !== runId) throw heldBy(container, holder);
    return done(`this run holds '${container}'`);
  },
  act: ({ docker, labels }, { container, image }) => takeHostLock(docker, { container, image, labels }),
  // The last undo of a rollback to the start: the place to answer what was preserved.
  async undo(step, { container }) {
    const checks = await statePreserved(step);
    await releaseHostLock(step.docker, container, step.runId);
    return { facts: {}, checks };
  },
  async probeUndone({ docker, runId }, { container }) {
    return (await lockHolder(docker, container)) === runId ? notDone(`'${container}' is still there`) : done('released');
  },
};
