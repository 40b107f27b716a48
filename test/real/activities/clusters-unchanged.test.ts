import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type Docker from 'dockerode';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterPlace } from '../../../src/activities/cluster-place.js';
import { clustersUnchanged } from '../../../src/activities/clusters-unchanged.js';
import { lookForClusters } from '../../../src/activities/postgres-volume.js';
import type { Evidence } from '../../../src/plan/evidence.js';
import { connectDocker } from '../../../src/world/docker.js';
import { waitUntil } from '../../../src/world/wait-until.js';
import { SmallCutover } from '../support/small-cutover.js';
import { psql, STORE_START, waitForCluster } from '../support/small-services.js';
import { BASE_IMAGE } from '../support/tiny-servers.js';

jest.setTimeout(90_000);

const docker = connectDocker();
let run: SmallCutover;

beforeAll(async () => {
  run = await SmallCutover.make(docker);
  await run.prepare();
}, 120_000);

afterAll(async () => await run?.remove(), 90_000);

describe('a Postgres cluster on an adopted volume', () => {
  test('has the next transaction id with which the old server stopped', async () => {
    await run.steps.forward('project.stop');
    const { evidence } = await run.steps.forward('volumes.adopt');
    const before = /cluster (\d+), next xid (\d+:\d+)/.exec(evidence.checks[0]?.live ?? '');
    const started = await run.steps.forward('project.start', 'production');
    expect(started.evidence.checks).toEqual([
      {
        id: 'cluster:store_data',
        verdict: 'pass',
        limit: 'same cluster, next transaction id unchanged since the old server stopped',
        live: `cluster ${before?.[1]}, next xid ${before?.[2]}`,
      },
    ]);
  });

  test('is proven again by a worker that comes later, when production has written and made a checkpoint', async () => {
    await psql(store(), 'create table things (n int)');
    await psql(store(), 'checkpoint');
    const { already, evidence } = await secondLook();
    expect(already).toBe(true);
    expect(evidence.checks[0]).toMatchObject({
      verdict: 'pass',
      live: expect.stringMatching(/next xid \d+:\d+ at the start, \d+:\d+ since/),
    });
  });

  test('is not called proven when the log of that time is gone', async () => {
    for (let times = 0; times < 2; times += 1) await psql(store(), 'select pg_switch_wal(); insert into things values (1); checkpoint');
    expect(await run.red('project.start', 'production')).toEqual([
      expect.objectContaining({ verdict: 'cannot tell', live: expect.stringMatching(/the log before it is gone/) }),
    ]);
  });
});

describe('between the stop and the start', () => {
  test('one transaction of somebody else, who stops cleanly, turns the start red', async () => {
    await nextAttempt();
    await meanwhile({ commits: true, ends: 'cleanly' });
    expect(await run.red('project.start', 'production')).toEqual([moved()]);
    expect(await run.red('project.start', 'production')).toEqual([moved()]);
  });

  test('one transaction of somebody else, who is killed, turns it red', async () => {
    await nextAttempt();
    await meanwhile({ commits: true, ends: 'killed' });
    expect(await run.red('project.start', 'production')).toEqual([moved()]);
  });

  test('a server that is slow to start is not taken at the word of the one that was killed', async () => {
    await nextAttempt();
    await meanwhile({ commits: true, ends: 'killed' });
    const late = await onVolume('late', `sleep 2\n${STORE_START}`, { 'com.docker.compose.service': 'store' });
    expect(await clustersUnchanged(run.steps.context('project.start', 'production'), [await late.inspect()])).toEqual([moved()]);
    await late.stop();
    await late.remove();
  });

  test('somebody who writes nothing changes nothing', async () => {
    await nextAttempt();
    await meanwhile({ commits: false, ends: 'cleanly' });
    expect((await run.steps.forward('project.start', 'production')).evidence.checks.map(({ verdict }) => verdict)).toEqual(['pass']);
  });

  test('the start is red when nobody read the volumes in this attempt', async () => {
    await nextAttempt({ adopts: false });
    expect(await run.red('project.start', 'production')).toEqual([
      expect.objectContaining({ verdict: 'cannot tell', live: 'the adoption of the volumes left no reading' }),
    ]);
  });

  test('after a red start the old project comes back', async () => {
    await nextAttempt();
    await meanwhile({ commits: true, ends: 'cleanly' });
    await run.red('project.start', 'production');
    expect((await run.steps.back('project.start', 'production')).how).toBe('undone');
    expect((await run.steps.back('project.stop')).evidence.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toContain(
      'http:health pass',
    );
  });
});

describe('before the window', () => {
  test('the server is known among several users of the volume', async () => {
    const backup = await besides('a-backup', 'sleep infinity');
    expect(await look()).toMatchObject({ folder: '/pgdata', service: 'store' });
    await backup.remove({ force: true });
  });

  test('a cluster whose service does not run is known, and a copy of one that a running service keeps is none', async () => {
    await run.old('store').stop();
    expect(await look()).toMatchObject({ folder: '/pgdata', service: 'store' });
    const backup = await besides('a-backup', 'sleep infinity');
    await run.old('store').remove();
    expect(await look()).toBeNull();
    await backup.remove({ force: true });
  });

  test('a server that nobody could ask inside the window is told while production runs', async () => {
    await besides('a-backup', 'echo 7 >/data/pgdata/postmaster.pid; sleep infinity');
    const refused = async () => (await look().catch(() => 'refused')) === 'refused';
    await waitUntil(refused, { what: 'the refusal', seconds: 30 });
    await expect(look()).rejects.toMatchObject({ message: expect.stringContaining("none of 'a-backup' answers for it") });
  });
});

const store = () => ({ container: `${run.small.app}-prod-store-1`, superuser: 'supabase_admin' });
const volume = () => run.steps.plan.target.observation.app.volumes[0]?.name ?? '';
const moved = () => ({
  id: 'cluster:store_data',
  verdict: 'fail',
  limit: expect.any(String),
  live: expect.stringMatching(/^the next xid moved from \d+:\d+ to \d+:\d+ before production's server started$/),
});

/** As after a rollback to SP5 and a second approval. */
async function nextAttempt({ adopts = true } = {}): Promise<void> {
  await run.steps.back('project.start', 'production');
  await run.steps.back('project.stop');
  run.steps.attempt += 1;
  await run.steps.forward('project.stop');
  if (adopts) await run.steps.forward('volumes.adopt');
}

/** What a worker finds that takes over after the start: nobody has written down what it proved. */
async function secondLook(): Promise<{ already: boolean; evidence: Evidence }> {
  await rm(run.steps.context('project.start', 'production').folder.file('evidence.json'), { force: true });
  return await run.steps.forward('project.start', 'production');
}

async function meanwhile({ commits, ends }: { commits: boolean; ends: 'cleanly' | 'killed' }): Promise<void> {
  const container = await onVolume('meanwhile', STORE_START);
  const other = { container: container.id, superuser: 'supabase_admin' };
  await waitForCluster(container.id);
  if (commits) await psql(other, 'create table if not exists others (n int); insert into others values (1)');
  await (ends === 'killed' ? container.kill() : container.stop());
  await container.remove();
}

/** One more container of the old project, on the store's volume. */
async function besides(service: string, script: string): Promise<Docker.Container> {
  const { Config } = await run.old('web').inspect();
  return await onVolume(service, script, { ...Config.Labels, 'com.docker.compose.service': service });
}

async function onVolume(name: string, script: string, Labels: { [label: string]: string } = {}): Promise<Docker.Container> {
  const container = await docker.createContainer({
    name: `${run.small.app}-${name}-1`,
    Image: BASE_IMAGE,
    User: '0:0',
    StopSignal: 'SIGINT',
    Entrypoint: ['sh', '-c', script],
    Labels,
    HostConfig: { Binds: [`${volume()}:/data`] },
  });
  await container.start();
  return container;
}

/** What the last look before the window keeps of the store's volume. */
async function look(): Promise<ClusterPlace | null> {
  await lookForClusters(run.steps.context('window.wait'));
  return JSON.parse(await readFile(join(run.folder, 'postgres-volumes.json'), 'utf8'))[volume()];
}
