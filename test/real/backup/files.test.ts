import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backupFiles, proveFiles, takeFiles } from '../../../src/activities/backup-files.js';
import { backupFolderOf } from '../../../src/activities/backing.js';
import { carryOut } from '../../../src/activities/harness.js';
import type { StepContext } from '../../../src/activities/operator.js';
import type { OperationOf } from '../../../src/plan/operation.js';
import type { Target } from '../../../src/plan/target.js';
import { connectDocker } from '../../../src/world/docker.js';
import { readManifest } from '../../../src/world/manifest.js';
import { stepContext } from '../support/step-context.js';
import { TestThings } from '../support/tiny-servers.js';

const docker = connectDocker();
const things = new TestThings(docker);
let folder: string;
let operation: OperationOf<'backup.files'>;
let step: StepContext;
let target: Partial<Target>;
let count = 0;

const observed = (...containers: readonly { containerId: string; containerName: string }[]) =>
  ({ observation: { app: { services: containers }, database: { services: [] } } }) as unknown as Partial<Target>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sp-files-'));
  const containerName = await things.container('app', { Entrypoint: ['sleep', '3600'], Env: ['TOKEN=secret-token'] });
  target = observed({ containerId: (await docker.getContainer(containerName).inspect()).Id, containerName });
  await mkdir(join(folder, 'app', 'secrets'), { recursive: true });
});

beforeEach(async () => {
  count += 1;
  const paths = [join(folder, 'app', '.env'), join(folder, 'app', 'secrets', 'key.json')];
  await writeFile(paths[0] as string, 'TOKEN=secret-token\n');
  await writeFile(paths[1] as string, '{}');
  await chmod(paths[1] as string, 0o640);
  operation = { kind: 'backup.files', paths };
  step = stepContext({ operation, runFolder: join(folder, `run${count}`), docker, target });
});

afterAll(async () => {
  await things.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('copies files with owner and mode on record, and inspects the containers', async () => {
  const { evidence } = await carryOut(backupFiles, step);
  expect(evidence.facts).toMatchObject({ files: 2, bytes: 21, containers: 1 });
  expect(evidence.checks.every(({ verdict }) => verdict === 'pass')).toBe(true);
  expect(JSON.stringify(evidence)).not.toContain('secret-token');
  const copy = join(backupFolderOf(step), 'files', operation.paths[1] as string);
  expect((await stat(copy)).mode & 0o777).toBe(0o600);
  expect((await readManifest(backupFolderOf(step)))?.details).toMatchObject({ files: [{}, { mode: 0o640 }] });
  const inspected = await readFile(join(backupFolderOf(step), 'containers.secret-bearing.json'), 'utf8');
  expect(JSON.parse(inspected)).toMatchObject([{ Config: { Env: expect.arrayContaining(['TOKEN=secret-token']) } }]);
  expect(await carryOut(backupFiles, step)).toMatchObject({ already: true });
});

test.each([
  ['vanished', async (path: string) => rm(path)],
  [
    'was replaced by a folder',
    async (path: string) => {
      await rm(path);
      await mkdir(path);
    },
  ],
])('a file that %s fails the step, and is named', async (_, change) => {
  const path = operation.paths[0] as string;
  await change(path);
  await expect(carryOut(backupFiles, step)).rejects.toThrow(`'${path}' is not a file any more`);
  await rm(path, { recursive: true, force: true });
});

test('a container that is gone fails the step', async () => {
  const gone = observed({ containerId: '0123456789ab', containerName: 'app-gone-1' });
  step = stepContext({ operation, runFolder: step.runFolder, docker, target: gone });
  await expect(carryOut(backupFiles, step)).rejects.toThrow('containers (gone: app-gone-1)');
});

test.each([
  ['in the copy', (at: string) => join(at, 'files', operation.paths[0] as string), 'the copy of'],
  ['in the original', () => operation.paths[0] as string, 'changed while it was copied'],
])('one byte %s makes the proof red', async (_, pathOf, says) => {
  const at = backupFolderOf(step);
  const taken = await takeFiles(step, operation, at);
  await writeFile(pathOf(at), 'TOKEN=Secret-token\n');
  const { evidence } = await proveFiles(taken, at);
  expect(evidence.checks.find(({ id }) => id === 'content-equal')).toMatchObject({ verdict: 'fail', live: expect.stringContaining(says) });
});
