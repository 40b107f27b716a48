import type { CheckResult } from '../plan/checks.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { OperationOf } from '../plan/operation.js';
import { digestOf } from '../record/digest.js';
import { standsOn } from '../plan/observed.js';
import { engineVersion, observe } from '../world/observe.js';
import { preflight, secretNames } from '../world/preflight.js';
import { looking } from './operator.js';

/** Stage 0: the host can carry the run, and the world is the one that was planned for. */
export const prerequisitesCheck = looking<OperationOf<'prerequisites.check'>>(async (step, { bytesNeeded }) => {
  const { target, docker } = step;
  const engine = await engineVersion(docker);
  const now = await observe({ planFile: target.planFile.content, home: target.home, docker });
  const same = digestOf(standsOn(now)) === target.observationHash;
  const asked = await preflight(docker, { target, stateFolder: step.runFolder, bytesNeeded, secret: step.secret }).then(
    () => null,
    (error: unknown) => {
      if (error instanceof StoppointError) return error;
      throw error;
    },
  );
  const checks: CheckResult[] = [
    { id: 'engine', verdict: 'pass', live: `engine ${engine}, compose ${now.engine.compose}` },
    {
      id: 'world',
      verdict: same ? 'pass' : 'fail',
      limit: 'as observed for the plan',
      live: same ? '' : 'files, containers or volumes changed since',
    },
    {
      id: 'host',
      verdict: asked && asked.code !== 'SECRET_MISSING' ? 'fail' : 'pass',
      limit: 'disk, ports and names are free',
      live: asked?.message ?? '',
    },
    {
      id: 'secrets',
      verdict: asked?.code === 'SECRET_MISSING' ? 'fail' : 'pass',
      limit: secretNames(target).join(', '),
      live: asked?.code === 'SECRET_MISSING' ? asked.message : '',
    },
  ];
  return { facts: { engine, compose: now.engine.compose, freeBytes: now.engine.rootFreeBytes }, checks };
});
