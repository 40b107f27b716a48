import { describe, expect, jest, test } from '@jest/globals';
import { takeBaseline } from '../../../src/activities/baseline.js';
import { carryOut } from '../../../src/activities/harness.js';
import { monitorWatch } from '../../../src/activities/monitor-watch.js';
import { projectContainers } from '../../../src/world/project-containers.js';
import { sql } from '../support/tiny-servers.js';
import { answers, red, SUPERUSER, twoEnvironments } from '../support/two-environments.js';

jest.setTimeout(180_000);

const both = twoEnvironments();
const { docker, step } = both;

describe('the watch', () => {
  const watch = { kind: 'monitor.watch', seconds: 2 } as const;
  const grow = () => {
    const timer = setInterval(
      () => void sql(both.production.postgres, SUPERUSER, "INSERT INTO things (name) VALUES ('n')").catch(() => undefined),
      300,
    );
    return () => clearInterval(timer);
  };

  test('passes when production goes on as before', async () => {
    const stop = grow();
    try {
      const baseline = await takeBaseline(await step(watch), 1);
      expect(baseline.growth?.rows).toBeGreaterThan(0);
      const { evidence } = await carryOut(monitorWatch, await step(watch));
      expect(evidence.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(
        ['no-new-errors', 'answers', 'restarts-stable', 'still-growing'].map((id) => `${id} pass`),
      );
    } finally {
      stop();
    }
  });

  test('is red when the front door closes', async () => {
    await takeBaseline(await step(watch), 1);
    const [backend] = (await projectContainers(docker, both.production.app)).filter(({ service }) => service === 'backend');
    await docker.getContainer(backend?.id ?? '').stop();
    try {
      expect(await red(carryOut(monitorWatch, await step(watch)))).toEqual(['no-new-errors', 'answers']);
    } finally {
      await docker.getContainer(backend?.id ?? '').start();
      await answers(both.production.port);
    }
  });

  test('goes on after a crash until the same moment, with what was counted', async () => {
    const context = await step({ kind: 'monitor.watch', seconds: 600 });
    const tally = { samples: 7, answers: { health: { asked: 7, failed: 1, totalMs: 7, worstMs: 1, lastOk: false } }, starts: {} };
    await context.folder.write('progress.json', { from: Date.now() - 5000, until: Date.now() + 500, rows: 0, tally });
    expect(await red(carryOut(monitorWatch, context))).toEqual(['no-new-errors']);
    expect(await context.folder.read('progress.json')).toMatchObject({ tally: { answers: { health: { failed: 1 } } } });
  });
});
