import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { carryOut } from '../../../src/activities/harness.js';
import { done, notDone, type Operator } from '../../../src/activities/operator.js';
import type { OperationOf } from '../../../src/plan/operation.js';
import { connectDocker } from '../../../src/world/docker.js';
import { stepContext } from '../../real/support/step-context.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'sp-red-'))));
afterEach(async () => await rm(folder, { recursive: true }));

test('a step that acted and was red is red again on a retry, until the world is right', async () => {
  const world = { made: false, right: false };
  const operator: Operator<OperationOf<'network.connect'>> = {
    probe: async () => (world.made ? done('it is there') : notDone('it is not there')),
    act: async () => void (world.made = true),
    evidence: async () => ({ facts: {}, checks: [{ id: 'reachable', verdict: world.right ? 'pass' : 'fail' }] }),
  };
  const attempt = () =>
    carryOut(operator, stepContext({ operation: { kind: 'network.connect' }, runFolder: join(folder, 'run1'), docker: connectDocker() }));
  await expect(attempt()).rejects.toMatchObject({ code: 'CHECKS_FAILED' });
  await expect(attempt()).rejects.toMatchObject({ code: 'CHECKS_FAILED' });
  world.right = true;
  expect(await attempt()).toMatchObject({ already: true, evidence: { checks: [{ verdict: 'pass' }] } });
});
