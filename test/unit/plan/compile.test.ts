import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Observation } from '../../../src/plan/observed.js';
import { renderPlan } from '../../../src/plan/render.js';
import { isIntact, skeletonOf } from '../../../src/plan/run-plan.js';
import { compiled, observation } from './fixtures/demo.js';

const golden = new URL('fixtures/demo-plan.txt', import.meta.url);

describe('the run plan', () => {
  test('is this text: every step, stop point, cause and undo', async () => {
    // The hash covers the whole target; what it must and must not follow is asked below.
    const text = renderPlan(compiled()).replace(/plan [0-9a-f]{12}/, 'plan HASH');
    expect(text).toBe(await readFile(golden, 'utf8'));
  });

  test('of the same world has the same hash', () => {
    expect(compiled().hash).toBe(compiled().hash);
  });

  test.each<readonly [string, (seen: Observation) => Observation]>([
    ['a volume that grew by some kB', inApp((app) => ({ volumes: app.volumes.map((one) => ({ ...one, bytes: one.bytes + 4_000 })) }))],
    ['a restart', inApp((app) => ({ services: app.services.map((one) => ({ ...one, restartCount: 3 })) }))],
    ['a port far away that somebody else uses', (seen) => ({ ...seen, host: { ...seen.host, ports: [22, 61_234] } })],
    [
      'a range of lent ports that begins elsewhere',
      (seen) => ({ ...seen, host: { ...seen.host, lentPorts: { from: 40_000, to: 65_535 } } }),
    ],
    ['a foreign container, volume or network', (seen) => ({ ...seen, host: { ...seen.host, volumes: ['x'], networks: ['y'] } })],
    ['free disk', (seen) => ({ ...seen, engine: { ...seen.engine, rootFreeBytes: 1 } })],
  ])('keeps its hash with %s', (_, change) => {
    expect(compiled(change(observation())).hash).toBe(compiled().hash);
  });

  test.each<readonly [string, (seen: Observation) => Observation]>([
    ['another image', inApp((app) => ({ services: app.services.map((one) => ({ ...one, imageId: `sha256:${'b'.repeat(64)}` })) }))],
    ['another container', inApp((app) => ({ services: app.services.map((one) => ({ ...one, containerId: `${one.name}-2` })) }))],
    ['another byte in an env file', inApp((app) => ({ envFiles: app.envFiles.map((one) => ({ ...one, sha256: 'e9' })) }))],
    ['another commit', inApp(() => ({ git: { head: '0'.repeat(40), dirty: [] } }))],
    ['another volume', inApp((app) => ({ volumes: app.volumes.map((one) => ({ ...one, name: 'other' })) }))],
  ])('gets another hash with %s', (_, change) => {
    expect(compiled(change(observation())).hash).not.toBe(compiled().hash);
  });

  test('has one shape, whatever its names, ids and sizes are', () => {
    const other = inApp((app) => ({ services: app.services.map((one) => ({ ...one, containerId: `${one.name}-2` })) }))(observation());
    expect(compiled(other).shapeHash).toBe(compiled().shapeHash);
  });

  test('is refused when somebody edited it', () => {
    const plan = compiled();
    expect(isIntact(plan)).toBe(true);
    expect(isIntact(JSON.parse(JSON.stringify(plan)))).toBe(true);
    expect(isIntact({ ...plan, limits: { budgetSeconds: 1 } })).toBe(false);
    expect(isIntact({ ...plan, steps: plan.steps.slice(1) })).toBe(false);
    expect(isIntact({ ...plan, target: { ...plan.target, lockContainer: 'other' } })).toBe(false);
  });

  test('gives each step an id of its own that can be a file name', () => {
    const ids = compiled().steps.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9._-]{1,120}$/);
  });

  test('travels without bodies: no path and no id of the world is in the skeleton of a step', () => {
    const skeleton = skeletonOf(compiled());
    expect(skeleton.steps.some((step) => 'operation' in step)).toBe(false);
    expect(JSON.stringify(skeleton)).not.toContain('id-web');
  });

  test('stops production nowhere but inside the window, and never without an undo', () => {
    for (const { kind, inWindow, undo } of compiled().steps) {
      if (kind === 'project.stop') expect([inWindow, undo]).toEqual([true, 'armed']);
      if (inWindow) expect(['armed', 'none']).toContain(undo);
    }
  });
});

function inApp(change: (app: Observation['app']) => Partial<Observation['app']>) {
  return (seen: Observation): Observation => ({ ...seen, app: { ...seen.app, ...change(seen.app) } });
}
