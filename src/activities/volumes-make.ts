import { StoppointError } from '../plan/diagnostic.js';
import type { Environment, OperationOf } from '../plan/operation.js';
import { orNull } from '../world/docker.js';
import { done, notDone, type Operator, partly, type StepContext } from './operator.js';

/** Empty volumes with literal names: Compose is told that they are external, so it can neither make nor delete one. */
export const volumesMake: Operator<OperationOf<'volumes.make'>> = {
  async probe(step, { environment }) {
    const names = namesOf(step, environment);
    const states = await Promise.all(names.map((name) => stateOf(step, name)));
    if (states.every((state) => state === 'ours')) return done(`${names.length} volumes are there`);
    return states.some((state) => state === 'ours') ? partly('some volumes are there') : notDone('no volume is there');
  },
  async act(step, { environment }) {
    const names = namesOf(step, environment);
    for (const name of names) {
      if ((await stateOf(step, name)) === 'foreign')
        throw new StoppointError('NAME_TAKEN', `the volume '${name}' is there already, and is not of this step`);
    }
    for (const Name of names) await step.docker.createVolume({ Name, Labels: { ...step.labels } });
  },
  async evidence(step, { environment }) {
    const names = namesOf(step, environment);
    const old = new Set([...step.target.observation.app.volumes, ...step.target.observation.database.volumes].map(({ name }) => name));
    const shared = names.filter((name) => old.has(name));
    return {
      facts: { volumes: names.length },
      checks: [
        {
          id: `own-volumes:${environment}`,
          verdict: shared.length === 0 ? 'pass' : 'fail',
          limit: 'none is a volume of today',
          ...(shared.length > 0 ? { live: shared.join(', ') } : {}),
        },
      ],
    };
  },
  async undo(step, { environment }) {
    for (const name of namesOf(step, environment)) {
      // By exact name, and only with our labels: never a filter, never somebody else's volume.
      if ((await stateOf(step, name)) === 'ours') await orNull(step.docker.getVolume(name).remove());
    }
  },
  async probeUndone(step, { environment }) {
    for (const name of namesOf(step, environment))
      if ((await stateOf(step, name)) === 'ours') return partly(`the volume '${name}' is still there`);
    return done('no volume of this step is left');
  },
};

/** Production adopts what is there today: those are never made, nor removed, by us. */
function namesOf({ target }: StepContext, environment: Environment): readonly string[] {
  const names = Object.values(target.environments[environment].volumes);
  if (environment === 'staging') return names;
  const today = new Set(target.observation.app.volumes.map(({ name }) => name));
  return names.filter((name) => !today.has(name));
}

async function stateOf({ docker, labels }: StepContext, name: string): Promise<'absent' | 'ours' | 'foreign'> {
  const volume = await orNull(docker.getVolume(name).inspect());
  if (!volume) return 'absent';
  return Object.entries(labels).every(([label, value]) => volume.Labels?.[label] === value) ? 'ours' : 'foreign';
}
