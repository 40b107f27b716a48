import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { carryOut, takeBack } from '../../../src/activities/harness.js';
import { isolationProbe } from '../../../src/activities/isolation-probe.js';
import { isolationTogether } from '../../../src/activities/isolation-together.js';
import type { PlanFileInput } from '../../../src/plan/schema.js';
import { digestText } from '../../../src/record/digest.js';
import { execInContainer } from '../../../src/world/container-exec.js';
import { projectContainers } from '../../../src/world/project-containers.js';
import { waitUntil } from '../../../src/world/wait-until.js';
import { sql } from '../support/tiny-servers.js';
import { red, SUPERUSER, twoEnvironments } from '../support/two-environments.js';

jest.setTimeout(180_000);

const both = twoEnvironments();
const { docker, step } = both;

const probe = { kind: 'isolation.probe' } as const;
const together = { kind: 'isolation.together' } as const;

const rows = async (container: string) => Number(await sql(container, SUPERUSER, "SELECT count(*) FROM things WHERE name LIKE 'sp-%'"));

describe('the isolation probe', () => {
  test('finds the marker in staging only, twice is once; undone, it is nowhere; then again', async () => {
    const first = await carryOut(isolationProbe, await step(probe));
    expect(first.evidence.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(
      [
        'marker-in-staging',
        'marker-not-in-production',
        'production-refuses-staging-key',
        'staging-refuses-production-key',
        'production-front-door-refuses',
        'redis-marker-in-staging',
        // An empty Redis would prove nothing: see below.
        'redis-marker-not-in-production',
        'no-shared-network',
      ].map((id) => `${id} pass`),
    );
    expect((await carryOut(isolationProbe, await step(probe))).already).toBe(true);
    expect(await rows(both.staging.postgres)).toBe(1);
    await takeBack(isolationProbe, await step(probe));
    expect(await rows(both.staging.postgres)).toBe(0);
    expect((await carryOut(isolationProbe, await step(probe))).evidence.facts['marker']).toBe(first.evidence.facts['marker']);
    await takeBack(isolationProbe, await step(probe));
  });

  beforeAll(async () => {
    const [redis] = (await projectContainers(docker, both.production.app)).filter(({ service }) => service === 'redis');
    await execInContainer({ container: redis?.id ?? '', command: ['redis-cli', 'SET', 'p:thing:of-production', '1'] });
  });

  test('is red when production takes the marker; the undo takes it away from there, too', async () => {
    const [backend] = (await projectContainers(docker, both.production.app)).filter(({ service }) => service === 'backend');
    const container = backend?.id ?? '';
    await execInContainer({ container, command: ['touch', '/tmp/open'] });
    try {
      expect(await red(carryOut(isolationProbe, await step(probe)))).toEqual(['production-front-door-refuses']);
      expect(await rows(both.production.postgres)).toBe(1);
      await takeBack(isolationProbe, await step(probe));
      expect(await rows(both.production.postgres)).toBe(0);
    } finally {
      await execInContainer({ container, command: ['rm', '/tmp/open'] });
    }
  });

  test("does not knock at production's door with a credential that is the same there", async () => {
    const file = join(both.production.app.directory, 'backend.env');
    await writeFile(file, `API_KEY=${both.staging.apiKey}\n`);
    try {
      expect(await red(carryOut(isolationProbe, await step(probe)))).toEqual(['production-front-door-refuses']);
      await takeBack(isolationProbe, await step(probe));
    } finally {
      await writeFile(file, `API_KEY=${both.production.apiKey}\nBOT=bot-prod\n`);
    }
  });

  test("is red when a gateway takes the other's key, and when it does not take its own", async () => {
    const file = join(both.staging.database.directory, '.env');
    await writeFile(file, 'ANON_KEY=anon-staging\nSERVICE_ROLE_KEY=service-prod\n');
    try {
      expect(await red(carryOut(isolationProbe, await step(probe)))).toEqual([
        'production-refuses-staging-key',
        'staging-refuses-production-key',
      ]);
      await takeBack(isolationProbe, await step(probe));
    } finally {
      await writeFile(file, 'ANON_KEY=anon-staging\nSERVICE_ROLE_KEY=service-staging\n');
    }
  });

  test('is red when a container of staging is in a network of production', async () => {
    const [redis] = (await projectContainers(docker, both.staging.app)).filter(({ service }) => service === 'redis');
    const network = docker.getNetwork(both.production.network);
    await network.connect({ Container: redis?.id ?? '' });
    try {
      expect(await red(carryOut(isolationProbe, await step(probe)))).toEqual(['no-shared-network']);
      await takeBack(isolationProbe, await step(probe));
    } finally {
      await network.disconnect({ Container: redis?.id ?? '' });
    }
  });

  describe('with a witness outside', () => {
    let items: readonly object[] = [];
    let witness: Server;
    let url = '';
    const digest = (bot: string) => digestText(bot).slice(0, 12);
    const isolation = async () => {
      const { planFile } = await both.target();
      return { ...planFile?.content.isolation, outside: { get: url, field: 'bot', 'digest-of': ['BOT'] } } as PlanFileInput['isolation'];
    };

    beforeAll(async () => {
      witness = createServer((_, answer) => answer.end(JSON.stringify(items)));
      await new Promise<void>((resolve) => witness.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(witness.address() as { port: number }).port}/sent`;
    });
    afterAll(async () => void (await new Promise((resolve) => witness.close(resolve))));

    const result = async () => {
      const failed = await red(carryOut(isolationProbe, await step(probe, { isolation: await isolation() })));
      await takeBack(isolationProbe, await step(probe));
      return failed;
    };

    test('passes when only production has sent', async () => {
      items = [{ bot: `${digest('bot-prod')}:tail`, at: new Date().toISOString() }];
      expect(await result()).toEqual([]);
    });

    test('is red when staging has sent once', async () => {
      items = [{ bot: `${digest('bot-staging')}:tail`, at: new Date().toISOString() }];
      expect(await result()).toEqual(['nothing-sent-outside']);
    });

    test('cannot tell when the witness has seen nobody', async () => {
      items = [];
      expect(await result()).toEqual(['nothing-sent-outside']);
    });
  });
});

describe('both together', () => {
  const running = async () => (await projectContainers(docker, both.staging.app)).filter(({ status }) => status === 'running').length;

  test('production does not notice that staging stops and starts', async () => {
    const before = await projectContainers(docker, both.production.app);
    const stagingBefore = await projectContainers(docker, both.staging.app);
    const { evidence } = await carryOut(isolationTogether, await step(together));
    expect(evidence.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(
      ['both-run', 'production-unaffected', 'staging-back', 'separate-volumes', 'separate-networks'].map((id) => `${id} pass`),
    );
    expect(await projectContainers(docker, both.production.app)).toEqual(before);
    const started = (containers: typeof before) => containers.map(({ id, startedAt }) => `${id} ${startedAt}`);
    expect(started(await projectContainers(docker, both.staging.app))).not.toEqual(started(stagingBefore));
  });

  test('an attempt after a crash first starts what the dead one had stopped', async () => {
    const context = await step(together);
    const ids = (await projectContainers(docker, both.staging.app)).map(({ id }) => id);
    await context.folder.write('staging-stopped.json', { stopped: ids });
    await Promise.all(ids.map((id) => docker.getContainer(id).stop()));
    expect(await red(carryOut(isolationTogether, context))).toEqual([]);
    expect(await running()).toBe(2);
  });

  test('is red, and stops nothing, when a network is shared', async () => {
    const before = await projectContainers(docker, both.staging.app);
    const network = docker.getNetwork(both.production.network);
    await network.connect({ Container: before[0]?.id ?? '' });
    try {
      expect(await red(carryOut(isolationTogether, await step(together)))).toEqual(['separate-networks']);
      expect((await projectContainers(docker, both.staging.app)).map(({ startedAt }) => startedAt)).toEqual(
        before.map(({ startedAt }) => startedAt),
      );
    } finally {
      await network.disconnect({ Container: before[0]?.id ?? '' });
    }
  });

  test('is red when production restarts meanwhile; staging runs again all the same', async () => {
    const [redis] = (await projectContainers(docker, both.production.app)).filter(({ service }) => service === 'redis');
    const context = await step(together);
    const work = carryOut(isolationTogether, context);
    const restarted = waitUntil(() => context.folder.read('staging-stopped.json'), { what: 'the stop', seconds: 60, everyMs: 20 }).then(
      () => docker.getContainer(redis?.id ?? '').restart({ t: 0 }),
    );
    const failed = await red(work);
    await restarted;
    expect(failed).toEqual(['production-unaffected']);
    expect(await running()).toBe(2);
  });
});
