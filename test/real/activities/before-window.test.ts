import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult } from '../../../src/plan/checks.js';
import { connectDocker } from '../../../src/world/docker.js';
import { runCommand } from '../../../src/world/run-command.js';
import { SmallCutover } from '../support/small-cutover.js';

jest.setTimeout(90_000);

const docker = connectDocker();
let run: SmallCutover;

beforeAll(async () => {
  run = await SmallCutover.make(docker);
}, 120_000);

afterAll(async () => await run?.remove(), 90_000);

describe('before the window', () => {
  test('the observation has the restart policies with their counts', () => {
    const { services } = run.steps.plan.target.observation.app;
    expect(Object.fromEntries(services.map(({ name, restart }) => [name, restart]))).toEqual({ store: 'always', web: 'on-failure:5' });
  });

  test('the prerequisites are checked, and a world that has changed is a finding', async () => {
    const { evidence } = await run.steps.forward('prerequisites.check');
    expect(evidence.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['engine', 'pass'],
      ['world', 'pass'],
      ['host', 'pass'],
      ['secrets', 'pass'],
    ]);
    const path = join(run.small.home, 'app/web/.env');
    const text = await readFile(path, 'utf8');
    await writeFile(path, `${text}MORE=1\n`);
    run.steps.attempt = 2;
    expect((await run.red('prerequisites.check')).map(({ id }) => id)).toEqual(['world']);
    await writeFile(path, text);
    run.steps.attempt = 1;
  });

  test('the lock is taken, given back and taken again', async () => {
    const { stepId } = run.steps.context('lock.take');
    await run.thereAndBack('lock.take');
    const undone = await readFile(join(run.folder, 'steps', stepId, '1/undone.json'), 'utf8');
    expect(JSON.parse(undone).evidence.checks.map(({ id, verdict }: CheckResult) => `${id} ${verdict}`)).toEqual([
      'state:database pass',
      'state:volumes pass',
      'state:folders pass',
      'state:credentials pass',
    ]);
  });

  test("another run's lock is refused, and an undo leaves it alone", async () => {
    const lock = docker.getContainer(run.steps.plan.target.lockContainer);
    await run.steps.back('lock.take');
    await docker.createContainer({
      name: run.steps.plan.target.lockContainer,
      Image: 'stoppoint-base:bookworm-1',
      Labels: { 'org.stoppoint.run': 'other' },
    });
    await expect(run.steps.forward('lock.take')).rejects.toMatchObject({ code: 'LOCK_HELD', message: expect.stringContaining("'other'") });
    await run.steps.back('lock.take');
    expect((await lock.inspect()).Config.Labels['org.stoppoint.run']).toBe('other');
    await lock.remove();
    await run.steps.forward('lock.take');
  });

  test('a database that does not answer is told, and does not keep the lock', async () => {
    const database = docker.getContainer(`${run.small.database}-postgres`);
    await database.stop();
    try {
      const { how, evidence } = await run.steps.back('lock.take');
      expect(how).toBe('undone');
      expect(evidence.checks.find(({ id }) => id === 'state:database')).toMatchObject({ verdict: 'fail' });
    } finally {
      await database.start();
    }
    await run.steps.forward('lock.take');
  });

  test('the files of both environments are made', async () => {
    await run.makeFiles();
  });

  test('a foreign network of the name is refused and left alone', async () => {
    const name = run.steps.plan.target.environments.production.databaseNetwork;
    const network = await docker.createNetwork({ Name: name, Labels: { 'org.stoppoint.run': 'other' } });
    await expect(run.steps.forward('network.connect')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await expect(run.steps.back('network.connect')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await network.remove();
  });

  test("the gateway joins production's own network, and leaves it again", async () => {
    await run.thereAndBack('network.connect');
    const { labels } = run.steps.context('network.connect');
    // As a crash between the two calls leaves it.
    await run.steps.back('network.connect');
    const name = run.steps.plan.target.environments.production.databaseNetwork;
    await docker.createNetwork({ Name: name, Internal: true, Labels: { ...labels } });
    expect((await run.steps.forward('network.connect')).already).toBe(false);
    const { Containers } = await docker.getNetwork(name).inspect();
    expect(Object.values(Containers as { [id: string]: { Name: string } }).map(({ Name }) => Name)).toEqual([`${run.small.database}-kong`]);
  });

  test('staging is created, started, stopped and removed without a trace', async () => {
    await run.thereAndBack('project.create', 'staging');
    await run.thereAndBack('project.start', 'staging');
  });

  test('half of a project is completed by the next attempt', async () => {
    const { project } = run.steps.plan.target.environments.staging;
    const whole = await run.world();
    await docker.getContainer(`${project}-web-1`).stop();
    expect((await run.steps.forward('project.start', 'staging')).already).toBe(false);
    expect(await run.world()).toEqual(whole);
    await run.steps.back('project.start', 'staging');
    await docker.getContainer(`${project}-web-1`).remove();
    expect((await run.steps.forward('project.create', 'staging')).already).toBe(false);
    await run.steps.forward('project.start', 'staging');
    expect(await run.world()).toEqual(whole);
  });

  test("production's containers are created, not started; and not over somebody else's", async () => {
    await run.thereAndBack('project.create', 'production');
    expect((await run.created('web').inspect()).State.Running).toBe(false);
    run.steps.attempt = 2;
    await expect(run.steps.forward('project.create', 'production')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    run.steps.attempt = 1;
  });

  test('production does not start beside the old project', async () => {
    await expect(run.steps.forward('project.start', 'production')).rejects.toMatchObject({
      message: expect.stringContaining('is not fenced'),
    });
    expect((await run.created('web').inspect()).State.Running).toBe(false);
  });

  test('the way back is written, and may be run before anything was changed', async () => {
    expect((await run.steps.forward('way-back.write')).already).toBe(false);
    await rm(join(run.folder, 'way-back.sh'));
    expect((await run.steps.forward('way-back.write')).already).toBe(false);
    const before = await run.world();
    const { exitCode } = await runCommand({ file: 'sh', args: [join(run.folder, 'way-back.sh')] });
    expect([exitCode, await run.world()]).toEqual([0, before]);
  });

  test('the last look passes, knows the clusters, and sees what was changed after SP5', async () => {
    await run.steps.forward('window.wait');
    const name = run.steps.plan.target.observation.app.volumes[0]?.name ?? '';
    expect(JSON.parse(await readFile(join(run.folder, 'postgres-volumes.json'), 'utf8'))).toEqual({
      [name]: { volume: name, folder: '/pgdata', owner: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/), service: 'store' },
    });
    const file = join(run.steps.plan.target.environments.production.folder, 'docker-compose.yml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}# more\n`);
    run.steps.attempt = 2;
    expect((await run.red('window.wait')).map(({ id }) => id)).toEqual(['as-shown:compose.write']);
    await writeFile(file, text);
    run.steps.attempt = 1;
  });
});
