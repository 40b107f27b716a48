import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckResult } from '../../../src/plan/checks.js';
import type { OperationKind } from '../../../src/plan/operation.js';
import { connectDocker, orNull } from '../../../src/world/docker.js';
import { runCommand } from '../../../src/world/run-command.js';
import { worldOf } from '../support/small-world.js';
import { SmallDeployment, Steps } from '../support/small-deployment.js';

jest.setTimeout(90_000);

const docker = connectDocker();
let small: SmallDeployment;
let runFolder: string;
let steps: Steps;

const FILES: readonly (readonly [OperationKind, string])[] = [
  ['database.files', ''],
  ['folder.make', 'staging'],
  ['folder.make', 'production'],
  ['env-files.write', 'staging'],
  ['compose.write', 'staging'],
  ['compose.write', 'production'],
  ['images.pin', ''],
  ['volumes.make', 'staging'],
  ['env-files.write', 'production'],
];

beforeAll(async () => {
  small = await SmallDeployment.make(docker, { running: true });
  runFolder = await mkdtemp(join(tmpdir(), 'sp-run-'));
  steps = new Steps({ plan: await small.plan(), docker, runFolder });
}, 120_000);

afterAll(async () => {
  await small?.remove();
  await rm(runFolder, { recursive: true, force: true });
}, 90_000);

/** Do, look, undo, look, do again. Each time the world must be as it says. */
async function thereAndBack(kind: OperationKind, part = ''): Promise<void> {
  const before = await worldOf(docker, small.id);
  expect((await steps.forward(kind, part)).already).toBe(false);
  const after = await worldOf(docker, small.id);
  expect(after).not.toEqual(before);
  expect((await steps.forward(kind, part)).already).toBe(true);
  expect((await steps.back(kind, part)).how).toBe('undone');
  expect(await worldOf(docker, small.id)).toEqual(before);
  await steps.back(kind, part);
  expect(await worldOf(docker, small.id)).toEqual(before);
  expect((await steps.forward(kind, part)).already).toBe(false);
  expect(await worldOf(docker, small.id)).toEqual(after);
}

/** The findings of a step that must fail. */
async function red(kind: OperationKind, part = ''): Promise<readonly CheckResult[]> {
  const error = await steps.forward(kind, part).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'CHECKS_FAILED' });
  return (error as { evidence: { checks: CheckResult[] } }).evidence.checks.filter(({ verdict }) => verdict !== 'pass');
}

/** Another image with the same files. */
async function imageOf(id: string): Promise<{ readonly Id: string }> {
  const { id: container } = await docker.createContainer({ name: `${small.id}-image`, Image: id });
  const image = (await docker.getContainer(container).commit()) as { Id: string };
  await docker.getContainer(container).remove();
  return image;
}

const oldContainer = (service: string) => docker.getContainer(`${small.app}-${service}-1`);
const newContainer = (service: string) => docker.getContainer(`${small.app}-prod-${service}-1`);

describe('before the window', () => {
  test('the prerequisites are checked, and a world that has changed is a finding', async () => {
    const { evidence } = await steps.forward('prerequisites.check');
    expect(evidence.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['engine', 'pass'],
      ['world', 'pass'],
      ['host', 'pass'],
      ['secrets', 'pass'],
    ]);
    const path = join(small.home, 'app/web/.env');
    const text = await readFile(path, 'utf8');
    await writeFile(path, `${text}MORE=1\n`);
    steps.attempt = 2;
    expect((await red('prerequisites.check')).map(({ id }) => id)).toEqual(['world']);
    await writeFile(path, text);
    steps.attempt = 1;
  });

  test('the lock is taken, given back and taken again', async () => {
    const { stepId } = steps.context('lock.take');
    await thereAndBack('lock.take');
    const undone = await readFile(join(runFolder, 'steps', stepId, '1/undone.json'), 'utf8');
    expect(JSON.parse(undone).evidence.checks.map(({ id, verdict }: CheckResult) => `${id} ${verdict}`)).toEqual([
      'state:database pass',
      'state:volumes pass',
      'state:folders pass',
      'state:credentials pass',
    ]);
  });

  test("another run's lock is refused, and an undo leaves it alone", async () => {
    const lock = docker.getContainer(steps.plan.target.lockContainer);
    await steps.back('lock.take');
    await docker.createContainer({
      name: steps.plan.target.lockContainer,
      Image: 'stoppoint-base:bookworm-1',
      Labels: { 'org.stoppoint.run': 'other' },
    });
    await expect(steps.forward('lock.take')).rejects.toMatchObject({ code: 'LOCK_HELD', message: expect.stringContaining("'other'") });
    await steps.back('lock.take');
    expect((await lock.inspect()).Config.Labels['org.stoppoint.run']).toBe('other');
    await lock.remove();
    await steps.forward('lock.take');
  });

  test('a database that does not answer is told, and does not keep the lock', async () => {
    const database = docker.getContainer(`${small.database}-postgres`);
    await database.stop();
    try {
      const { how, evidence } = await steps.back('lock.take');
      expect(how).toBe('undone');
      expect(evidence.checks.find(({ id }) => id === 'state:database')).toMatchObject({ verdict: 'fail' });
    } finally {
      await database.start();
    }
    await steps.forward('lock.take');
  });

  test('the files of both environments are made', async () => {
    for (const [kind, part] of FILES) await steps.forward(kind, part);
    // The network of staging's database project, which these tests do not start.
    await docker.createNetwork({ Name: steps.plan.target.database.network });
  });

  test('a foreign network of the name is refused and left alone', async () => {
    const name = steps.plan.target.environments.production.databaseNetwork;
    const network = await docker.createNetwork({ Name: name, Labels: { 'org.stoppoint.run': 'other' } });
    await expect(steps.forward('network.connect')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await expect(steps.back('network.connect')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await network.remove();
  });

  test("the gateway joins production's own network, and leaves it again", async () => {
    await thereAndBack('network.connect');
    const { labels } = steps.context('network.connect');
    // As a crash between the two calls leaves it.
    await steps.back('network.connect');
    const name = steps.plan.target.environments.production.databaseNetwork;
    await docker.createNetwork({ Name: name, Internal: true, Labels: { ...labels } });
    expect((await steps.forward('network.connect')).already).toBe(false);
    const { Containers } = await docker.getNetwork(name).inspect();
    expect(Object.values(Containers as { [id: string]: { Name: string } }).map(({ Name }) => Name)).toEqual([`${small.database}-kong`]);
  });

  test('staging is created, started, stopped and removed without a trace', async () => {
    await thereAndBack('project.create', 'staging');
    await thereAndBack('project.start', 'staging');
  });

  test('half of a project is completed by the next attempt', async () => {
    const { project } = steps.plan.target.environments.staging;
    const whole = await worldOf(docker, small.id);
    await docker.getContainer(`${project}-web-1`).stop();
    expect((await steps.forward('project.start', 'staging')).already).toBe(false);
    expect(await worldOf(docker, small.id)).toEqual(whole);
    await steps.back('project.start', 'staging');
    await docker.getContainer(`${project}-web-1`).remove();
    expect((await steps.forward('project.create', 'staging')).already).toBe(false);
    await steps.forward('project.start', 'staging');
    expect(await worldOf(docker, small.id)).toEqual(whole);
  });

  test("production's containers are created, not started; and not over somebody else's", async () => {
    await thereAndBack('project.create', 'production');
    expect((await newContainer('web').inspect()).State.Running).toBe(false);
    steps.attempt = 2;
    await expect(steps.forward('project.create', 'production')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    steps.attempt = 1;
  });

  test('production does not start beside the old project', async () => {
    await expect(steps.forward('project.start', 'production')).rejects.toMatchObject({
      message: expect.stringContaining('is not fenced'),
    });
    expect((await newContainer('web').inspect()).State.Running).toBe(false);
  });

  test('the way back is written, and may be run before anything was changed', async () => {
    expect((await steps.forward('way-back.write')).already).toBe(false);
    await rm(join(runFolder, 'way-back.sh'));
    expect((await steps.forward('way-back.write')).already).toBe(false);
    const before = await worldOf(docker, small.id);
    const { exitCode } = await runCommand({ file: 'sh', args: [join(runFolder, 'way-back.sh')] });
    expect([exitCode, await worldOf(docker, small.id)]).toEqual([0, before]);
  });

  test('the last look passes, knows the clusters, and sees what was changed after SP5', async () => {
    await steps.forward('window.wait');
    const name = steps.plan.target.observation.app.volumes[0]?.name ?? '';
    expect(JSON.parse(await readFile(join(runFolder, 'postgres-volumes.json'), 'utf8'))).toEqual({ [name]: true });
    const file = join(steps.plan.target.environments.production.folder, 'docker-compose.yml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}# more\n`);
    steps.attempt = 2;
    expect((await red('window.wait')).map(({ id }) => id)).toEqual(['as-shown:compose.write']);
    await writeFile(file, text);
    steps.attempt = 1;
  });
});

describe('inside the window', () => {
  test('the old project stops and is fenced, and comes back answering', async () => {
    const before = await worldOf(docker, small.id);
    expect((await steps.forward('project.stop')).already).toBe(false);
    expect((await oldContainer('store').inspect()).HostConfig.RestartPolicy?.Name).toBe('no');
    const { evidence } = await steps.back('project.stop');
    expect(evidence.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toContain('http:health pass');
    expect(await worldOf(docker, small.id)).toEqual(before);
  });

  test('half-stopped, it is stopped by the next attempt and whole after the undo', async () => {
    const before = await worldOf(docker, small.id);
    steps.attempt = 3;
    await steps.forward('project.stop');
    await oldContainer('web').start();
    await oldContainer('web').update({ RestartPolicy: { Name: 'unless-stopped' } });
    expect((await steps.forward('project.stop')).already).toBe(false);
    expect((await oldContainer('web').inspect()).State.Running).toBe(false);
    await steps.back('project.stop');
    expect(await worldOf(docker, small.id)).toEqual(before);
    steps.attempt = 1;
  });

  test('a server that was killed turns the adoption red', async () => {
    await oldContainer('store').kill();
    await steps.forward('project.stop');
    const [volume] = await red('volumes.adopt');
    expect(volume).toMatchObject({ id: 'volume:store_data', live: expect.stringContaining('did not shut down cleanly (exit code 137)') });
    expect(volume?.live).toContain("the cluster of store is 'in production'");
    await steps.back('project.stop');
  });

  test('a created container on another volume or image turns the adoption red', async () => {
    await steps.forward('project.stop');
    const { Config, HostConfig, Name } = await newContainer('store').inspect();
    await newContainer('store').remove();
    const made = await docker.createContainer({
      ...Config,
      name: Name.slice(1),
      HostConfig: { ...HostConfig, Binds: [`${small.id}-other:/data`], Mounts: [] },
    });
    expect((await red('volumes.adopt'))[0]?.live).toContain('store mounts another volume');
    await made.remove();
    const { Id } = await docker.getImage('stoppoint-base:bookworm-1').inspect();
    const { Id: another } = await imageOf(Id);
    const wrong = await docker.createContainer({ ...Config, Image: another, name: Name.slice(1), HostConfig });
    expect((await red('volumes.adopt'))[0]?.live).toContain('store has another image');
    await wrong.remove();
    await docker.getImage(another).remove();
    await steps.forward('project.create', 'production');
    await rm(steps.context('way-back.write').folder.file('before.json'));
    await steps.forward('way-back.write');
  });

  test('the volumes are adopted: clean shutdown, same volume, same image', async () => {
    const { evidence } = await steps.forward('volumes.adopt');
    expect(evidence.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['volume:store_data', 'pass'],
      ['database-untouched', 'pass'],
    ]);
    expect(evidence.checks[0]?.live).toMatch(/store exit 0; cluster \d+, next xid/);
  });

  test('production starts in place of the old project, and again after an undo', async () => {
    await thereAndBack('project.start', 'production');
    expect((await newContainer('store').inspect()).HostConfig.RestartPolicy?.Name).toBe('always');
  });

  test('the old project is not started while production runs on its volume', async () => {
    await expect(steps.back('project.stop')).rejects.toMatchObject({
      message: expect.stringContaining(`'${small.app}-prod-store-1' still runs on the volume`),
    });
    expect((await oldContainer('store').inspect()).State.Running).toBe(false);
  });

  test('the script alone leads back, and production can be started once more', async () => {
    const script = join(runFolder, 'way-back.sh');
    const { stdout } = await runCommand({ file: 'sh', args: [script] });
    expect(stdout).toContain('done: the old project runs');
    expect((await newContainer('store').inspect()).State.Running).toBe(false);
    expect((await oldContainer('store').inspect()).HostConfig.RestartPolicy?.Name).toBe('always');
    await steps.forward('project.stop');
    await steps.forward('project.start', 'production');
  });
});

describe('after sign-off', () => {
  test('a running old container is not retired', async () => {
    await steps.back('project.start', 'production');
    await oldContainer('store').start();
    await expect(steps.forward('project.retire')).rejects.toMatchObject({ message: expect.stringContaining('it is not retired') });
    await oldContainer('store').stop();
  });

  test('the old containers and env files go, the volumes and the data stay', async () => {
    await steps.forward('project.start', 'production');
    expect((await steps.forward('project.retire')).already).toBe(false);
    expect(await orNull(oldContainer('web').inspect())).toBeNull();
    const files = await readdir(join(small.home, 'app/web'));
    expect([files.includes('.env'), files.some((name) => name.startsWith('.env.retired-'))]).toEqual([false, true]);
    const { volumes } = steps.plan.target.observation.app;
    expect(await orNull(docker.getVolume(volumes[0]?.name ?? '').inspect())).not.toBeNull();
    expect((await newContainer('store').inspect()).State.Running).toBe(true);
    expect((await steps.forward('project.retire')).already).toBe(true);
  });
});
