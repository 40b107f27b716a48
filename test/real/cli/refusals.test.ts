import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { NativeConnection, Worker } from '@temporalio/worker';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workflowIdOf } from '../../../src/client.js';
import type { Target } from '../../../src/plan/target.js';
import { connectDocker, orNull } from '../../../src/world/docker.js';
import { lockHolder } from '../../../src/world/host-lock.js';
import { filesOf } from '../support/files-of.js';
import { pretendedActivities } from '../support/pretended-activities.js';
import { SmallDeployment } from '../support/small-deployment.js';
import { worldOf } from '../support/small-world.js';
import { stoppoint } from '../support/stoppoint.js';
import { bundle, startTemporal, type TestServer } from '../support/temporal.js';
import { BASE_IMAGE } from '../support/tiny-servers.js';

jest.setTimeout(120_000);

/** As Temporal's protocol numbers it. */
const RUNNING = 1;
const run = promisify(execFile);
const docker = connectDocker();
let server: TestServer;
let connection: NativeConnection;
let worker: Worker;
let working: Promise<void>;
let small: SmallDeployment;
let target: Target;
let folder: string;
let tiny: string;

/** A server and a worker answer: nothing but the refusal itself stands between `start` and a run. */
beforeAll(async () => {
  [server, small, folder] = await Promise.all([startTemporal(), SmallDeployment.make(docker), mkdtemp(join(tmpdir(), 'sp-refusals-'))]);
  target = (await small.plan()).target;
  connection = await NativeConnection.connect({ address: server.address });
  const workflowBundle = await bundle();
  worker = await Worker.create({ connection, taskQueue: small.id, activities: pretendedActivities(), workflowBundle });
  working = worker.run();
  tiny = join(folder, 'tiny');
  await mkdir(tiny);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=0700', 'tmpfs', tiny]);
}, 120_000);

afterAll(async () => {
  if (tiny) await run('umount', [tiny]);
  worker?.shutdown();
  await working;
  await connection?.close();
  await server?.stop();
  await small?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
}, 60_000);

const stateIn = (place: string) => join(place, 'state');

async function start(args: readonly string[], state: string) {
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: 'default',
    STOPPOINT_TASK_QUEUE: small.id,
    STOPPOINT_STATE_DIR: state,
  };
  return await stoppoint(['start', ...args], { env, cwd: small.home });
}

async function everything(state: string): Promise<unknown> {
  return {
    world: await worldOf(docker, small.id),
    lock: await lockHolder(docker, target.lockContainer),
    files: await filesOf(small.home),
    // Also whether there is one: a refused start does not even make the folder.
    state: await filesOf(join(state, '..')),
    workflow: await workflowStatus(),
  };
}

/** Null when Temporal has never heard of a run of this deployment. */
async function workflowStatus(): Promise<number | null> {
  const execution = { workflowId: workflowIdOf(target.planFile.content.deployment) };
  const asked = server.connection.workflowService.describeWorkflowExecution({ namespace: 'default', execution });
  return await asked.then(
    ({ workflowExecutionInfo }) => workflowExecutionInfo?.status ?? 0,
    () => null,
  );
}

/** What a person reads and what a program reads are one refusal, and neither leaves a trace. */
async function refused(args: readonly string[] = [], state = stateIn(folder)) {
  const before = await everything(state);
  const [people, program] = await Promise.all([start(args, state), start([...args, '--json'], state)]);
  expect(await everything(state)).toEqual(before);
  expect([people.stdout, people.exitCode, program.exitCode]).toEqual(['', program.exitCode, people.exitCode]);
  const document = JSON.parse(program.stdout) as { code: string; message: string; next: string };
  expect(document).toEqual({
    version: 1,
    kind: 'error',
    code: expect.any(String),
    message: expect.stringMatching(/^[a-z][^\n]+[^.\n]$/),
    next: expect.stringMatching(/\S/),
    problems: [],
  });
  expect(people.stderr).toBe(`stoppoint: ${document.message} (${document.code})\nnext: ${document.next}\n`);
  return { exitCode: people.exitCode, ...document };
}

/** A process of somebody else, which listens until it is killed. */
async function listener(port: number, host: string): Promise<ChildProcess> {
  const program = `require('node:net').createServer().listen(${port}, '${host}', () => process.stdout.write('.'))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('`start` refuses, with exit 4 and without a trace,', () => {
  test.each([
    ["of staging's application", '127.0.0.1', () => target.environments.staging.ports[0]?.published ?? 0],
    ["of staging's database", '0.0.0.0', () => target.database.ports[0]?.published ?? 0],
  ])('a port %s that a foreign process holds', async (_, host, portOf) => {
    const saved = join(folder, 'run-plan.json');
    expect(await stoppoint(['plan', '--out', saved], { env: process.env, cwd: small.home })).toMatchObject({ exitCode: 0 });
    const port = portOf();
    const stranger = await listener(port, host);
    try {
      const refusal = await refused([saved]);
      expect(refusal).toMatchObject({ exitCode: 4, code: 'PORT_TAKEN', message: expect.stringContaining(`port ${port}`) });
      expect(refusal.next).toMatch(/^free the port/);
      expect(stranger.exitCode).toBeNull();
    } finally {
      const ended = once(stranger, 'exit');
      stranger.kill('SIGKILL');
      await ended;
      await rm(saved);
    }
  });

  const container = async (name: string, labels: { [label: string]: string } = {}) => {
    const made = await docker.createContainer({ name, Image: BASE_IMAGE, Labels: labels });
    return async () => await orNull(made.remove());
  };
  const network = async (name: string) => {
    const made = await docker.createNetwork({ Name: name });
    return async () => await orNull(made.remove());
  };
  const volume = async (name: string) => {
    await docker.createVolume({ Name: name });
    return async () => await orNull(docker.getVolume(name).remove());
  };

  test.each([
    ['a container of staging', () => `${target.environments.staging.project}-web-1`, container],
    ['a container of production', () => `${target.environments.production.project}-store-1`, container],
    ["a container of staging's database", () => `${target.database.project}-db-1`, container],
    ["staging's network", () => `${target.environments.staging.project}_inside`, network],
    ["production's network to its database", () => target.environments.production.databaseNetwork, network],
    ["the network of staging's database", () => target.database.network, network],
    ["staging's volume", () => target.environments.staging.volumes['store_data'] ?? '', volume],
    ["a volume of staging's database", () => `${target.database.project}_keys`, volume],
  ])('the name of %s that somebody else holds', async (_, nameOf, make) => {
    const name = nameOf();
    const remove = await make(name);
    try {
      const refusal = await refused();
      expect(refusal).toMatchObject({ exitCode: 4, code: 'NAME_TAKEN', message: expect.stringContaining(`'${name}'`) });
      expect(refusal.next).toMatch(/^remove or rename it/);
    } finally {
      await remove();
    }
  });

  test('a project of that name which has containers under any name', async () => {
    const name = `other-${small.id}`;
    const remove = await container(name, { 'com.docker.compose.project': target.environments.production.project });
    try {
      const refusal = await refused();
      expect(refusal).toMatchObject({ exitCode: 4, code: 'NAME_TAKEN', message: expect.stringContaining(`'${name}'`) });
    } finally {
      await remove();
    }
  });

  test.each(['not made yet', 'there already'])('a disk that cannot hold the backups, its state directory %s', async (which) => {
    const state = stateIn(tiny);
    if (which === 'there already') await mkdir(state, { mode: 0o755 });
    const refusal = await refused([], state);
    expect(refusal).toMatchObject({ exitCode: 4, code: 'DISK_TOO_SMALL' });
    expect(refusal.message).toMatch(new RegExp(`the disk of '${state}' has 6[34] MB free; .* need 5\\d\\d MB$`));
    expect(refusal.next).toContain('STOPPOINT_STATE_DIR');
  });

  test('and nothing else: when all of that is gone, the run starts', async () => {
    expect(await start([], stateIn(folder))).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('has started') });
    expect(await filesOf(stateIn(folder))).toEqual(expect.arrayContaining([expect.stringMatching(/^runs\/\w+\/run-plan\.json /)]));
    expect(await workflowStatus()).toBe(RUNNING);
  });
});
