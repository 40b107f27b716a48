import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type Docker from 'dockerode';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectDocker, orNull } from '../../../src/world/docker.js';
import { restartPolicyOf, restartText } from '../../../src/world/restart-policy.js';
import { runCommand } from '../../../src/world/run-command.js';
import { SmallCutover } from '../support/small-cutover.js';
import { psql, startCluster, waitForCluster } from '../support/small-services.js';
import { Steps } from '../support/small-steps.js';

jest.setTimeout(90_000);

const docker = connectDocker();
let run: SmallCutover;

const restartOf = async (container: Docker.Container) => restartText(restartPolicyOf(await container.inspect()));

beforeAll(async () => {
  run = await SmallCutover.make(docker);
  await run.prepare();
}, 120_000);

afterAll(async () => await run?.remove(), 90_000);

describe('inside the window', () => {
  test('the old project stops and is fenced, and comes back answering', async () => {
    const before = await run.world();
    expect((await run.steps.forward('project.stop')).already).toBe(false);
    expect([await restartOf(run.old('store')), await restartOf(run.old('web'))]).toEqual(['no', 'no']);
    const { evidence } = await run.steps.back('project.stop');
    expect([await restartOf(run.old('store')), await restartOf(run.old('web'))]).toEqual(['always', 'on-failure:5']);
    expect(evidence.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toContain('http:health pass');
    expect(await run.world()).toEqual(before);
  });

  test('half-stopped, it is stopped by the next attempt and whole after the undo', async () => {
    const before = await run.world();
    run.steps.attempt = 3;
    await run.steps.forward('project.stop');
    await run.old('web').start();
    await run.old('web').update({ RestartPolicy: { Name: 'unless-stopped' } });
    expect((await run.steps.forward('project.stop')).already).toBe(false);
    expect((await run.old('web').inspect()).State.Running).toBe(false);
    await run.steps.back('project.stop');
    expect(await run.world()).toEqual(before);
    run.steps.attempt = 1;
  });

  test('a server that was killed turns the adoption red', async () => {
    await run.old('store').kill();
    await run.steps.forward('project.stop');
    const [volume] = await run.red('volumes.adopt');
    expect(volume).toMatchObject({ id: 'volume:store_data', live: expect.stringContaining('did not shut down cleanly (exit code 137)') });
    expect(volume?.live).toContain("the cluster of store is 'in production'");
    await run.steps.back('project.stop');
  });

  test('a created container on another volume or image turns the adoption red', async () => {
    await run.steps.forward('project.stop');
    const { Config, HostConfig, Name } = await run.created('store').inspect();
    await run.created('store').remove();
    const made = await docker.createContainer({
      ...Config,
      name: Name.slice(1),
      HostConfig: { ...HostConfig, Binds: [`${run.small.id}-other:/data`], Mounts: [] },
    });
    expect((await run.red('volumes.adopt'))[0]?.live).toContain('store mounts another volume');
    await made.remove();
    const { Id } = await docker.getImage('stoppoint-base:bookworm-1').inspect();
    const another = await run.imageLike(Id);
    const wrong = await docker.createContainer({ ...Config, Image: another, name: Name.slice(1), HostConfig });
    expect((await run.red('volumes.adopt'))[0]?.live).toContain('store has another image');
    await wrong.remove();
    await docker.getImage(another).remove();
    await run.steps.forward('project.create', 'production');
    // The script knows exact ids: it is written anew, while the old project runs.
    await run.steps.back('project.stop');
    await rm(run.steps.context('way-back.write').folder.file('before.json'));
    await run.steps.forward('way-back.write');
    await run.steps.forward('project.stop');
  });

  test('the volumes are adopted: clean shutdown, same volume, same image', async () => {
    const { evidence } = await run.steps.forward('volumes.adopt');
    expect(evidence.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['volume:store_data', 'pass'],
      ['database-untouched', 'pass'],
    ]);
    expect(evidence.checks[0]?.live).toMatch(/store exit 0; cluster \d+, next xid/);
  });

  test('production starts in place of the old project, and again after an undo, under the old restart policies', async () => {
    await run.thereAndBack('project.start', 'production');
    expect([await restartOf(run.created('store')), await restartOf(run.created('web'))]).toEqual(['always', 'on-failure:5']);
  });

  test("a run plan that does not know the count leaves it to Compose's own policy", async () => {
    const { app } = run.steps.plan.target.observation;
    const services = app.services.map((service) => ({ ...service, restart: service.restart.replace(/:\d+$/, '') }));
    const target = { ...run.steps.plan.target, observation: { ...run.steps.plan.target.observation, app: { ...app, services } } };
    const older = new Steps({ plan: { ...run.steps.plan, target }, docker, runFolder: run.folder });
    await run.created('web').stop();
    await older.forward('project.start', 'production');
    expect(await restartOf(run.created('web'))).toBe('on-failure:5');
  });

  test('the old project is not started while production runs on its volume', async () => {
    await expect(run.steps.back('project.stop')).rejects.toMatchObject({
      message: expect.stringContaining(`'${run.small.app}-prod-store-1' still runs on the volume`),
    });
    expect((await run.old('store').inspect()).State.Running).toBe(false);
  });

  test('the script alone leads back, and production can be started once more', async () => {
    const script = join(run.folder, 'way-back.sh');
    const { stdout } = await runCommand({ file: 'sh', args: [script] });
    expect(stdout).toContain('done: the old project runs');
    expect((await run.created('store').inspect()).State.Running).toBe(false);
    expect([await restartOf(run.old('store')), await restartOf(run.old('web'))]).toEqual(['always', 'on-failure:5']);
    await run.steps.forward('project.stop');
    await run.steps.forward('project.start', 'production');
  });
});

describe('the record', () => {
  const database = () => ({ container: `${run.small.database}-postgres`, superuser: 'supabase_admin' });

  test('is written when production has its data and staging a cluster of its own', async () => {
    const { project, folder: directory } = run.steps.plan.target.database;
    await startCluster(docker, { project, directory }, 'db');
    await psql(database(), 'create table things (n int); insert into things values (1), (2)');
    const fresh = run.steps.context('backup.postgres', '3.0').stepId;
    const details = { databases: [{ name: 'postgres', tables: [{ name: 'public.things', rows: 2 }] }] };
    await mkdir(join(run.folder, 'backups', fresh), { recursive: true });
    await writeFile(join(run.folder, 'backups', fresh, 'manifest.json'), JSON.stringify({ details }));
    expect((await run.steps.forward('record.write')).evidence.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    const record = JSON.parse(await readFile(join(run.folder, 'deployment-record.json'), 'utf8'));
    expect(record).toMatchObject({ run: run.steps.context('record.write').runId, plan: run.steps.plan.hash });
    expect((await run.steps.forward('record.write')).already).toBe(true);
  });

  test('is red when a row is lost, and written anew when somebody edited it', async () => {
    await psql(database(), 'delete from things where n = 2');
    await writeFile(join(run.folder, 'deployment-record.json'), '{}');
    expect(await run.red('record.write')).toEqual([expect.objectContaining({ id: 'nothing-lost', live: 'public.things: 1 of 2' })]);
    await psql(database(), 'insert into things values (2)');
    expect((await run.steps.forward('record.write')).already).toBe(false);
  });

  test('is red when the database was restarted since the window opened', async () => {
    await docker.getContainer(database().container).restart();
    await waitForCluster(database().container);
    await rm(join(run.folder, 'deployment-record.json'));
    expect((await run.red('record.write')).map(({ id }) => id)).toEqual(['state:database']);
  });
});

describe('after sign-off', () => {
  test('a running old container is not retired', async () => {
    await run.steps.back('project.start', 'production');
    await run.old('store').start();
    await expect(run.steps.forward('project.retire')).rejects.toMatchObject({ message: expect.stringContaining('it is not retired') });
    await run.old('store').stop();
  });

  test('the old containers and env files go, the volumes and the data stay', async () => {
    await run.steps.forward('project.start', 'production');
    expect((await run.steps.forward('project.retire')).already).toBe(false);
    expect(await orNull(run.old('web').inspect())).toBeNull();
    const files = await readdir(join(run.small.home, 'app/web'));
    expect([files.includes('.env'), files.some((name) => name.startsWith('.env.retired-'))]).toEqual([false, true]);
    const { volumes } = run.steps.plan.target.observation.app;
    expect(await orNull(docker.getVolume(volumes[0]?.name ?? '').inspect())).not.toBeNull();
    expect((await run.created('store').inspect()).State.Running).toBe(true);
    expect((await run.steps.forward('project.retire')).already).toBe(true);
  });
});
