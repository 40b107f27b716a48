import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDocker } from '../../../src/world/docker.js';
import { preflight } from '../../../src/world/preflight.js';
import { secretsOf } from '../../../src/world/secrets.js';
import { filesOf } from '../support/files-of.js';
import { SmallDeployment } from '../support/small-deployment.js';
import { worldOf } from '../support/small-world.js';
import { stoppoint } from '../support/stoppoint.js';

jest.setTimeout(90_000);

const docker = connectDocker();
let small: SmallDeployment;
let state: string;
let before: unknown;

beforeAll(async () => {
  small = await SmallDeployment.make(docker);
  state = await mkdtemp(join(tmpdir(), 'sp-state-'));
  before = await everything();
}, 90_000);

afterAll(async () => {
  await small?.remove();
  await rm(state, { recursive: true, force: true });
}, 60_000);

async function everything(): Promise<unknown> {
  return [await worldOf(docker, small.id), await filesOf(small.home)];
}

/** Runs the built program as a person would; the refusal has a code, a next action and no stack. */
async function refusal(args: readonly string[], env: { readonly [name: string]: string } = {}) {
  const { exitCode, stdout, stderr } = await stoppoint(args, {
    env: { ...process.env, STOPPOINT_STATE_DIR: join(state, 'state'), TEMPORAL_ADDRESS: '127.0.0.1:1', ...env },
    cwd: small.home,
  });
  expect([stdout, /\n\s+at |node_modules/.test(stderr)]).toEqual(['', false]);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^next: \S/);
  return { exitCode, code: /\(([A-Z_]+)\)$/m.exec(stderr)?.[1], stderr };
}

/** Moves a file away while the test looks. */
async function without<T>(path: string, look: () => Promise<T>): Promise<T> {
  await rename(join(small.home, path), join(small.home, `${path}.aside`));
  try {
    return await look();
  } finally {
    await rename(join(small.home, `${path}.aside`), join(small.home, path));
  }
}

async function lineOf(path: string, text: string): Promise<number> {
  return (await readFile(join(small.home, path), 'utf8')).split('\n').findIndex((line) => line.includes(text)) + 1;
}

describe('bad input and a world that is not as needed', () => {
  test.each(['tcp://127.0.0.1:1', 'unix:///nonexistent/docker.sock'])('no engine at %s: exit 7', async (host) => {
    for (const verb of ['plan', 'audit', 'start'])
      expect(await refusal([verb], { DOCKER_HOST: host })).toMatchObject({ exitCode: 7, code: 'DOCKER_UNREACHABLE' });
  });

  test('a usage error and a missing plan file: exit 2', async () => {
    expect(await refusal(['strat'])).toMatchObject({ exitCode: 2, code: 'USAGE' });
    expect(await refusal(['plan', '--file', 'none.yaml'])).toMatchObject({ exitCode: 2, code: 'PLAN_FILE_MISSING' });
  });

  test('an env_file that is not there is told with its line: exit 2', async () => {
    const { exitCode, code, stderr } = await without('app/web/.env', () => refusal(['plan']));
    expect([exitCode, code]).toEqual([2, 'ENV_FILE_MISSING']);
    expect(stderr).toContain(`${join(small.home, 'app/docker-compose.yml')}:${await lineOf('app/docker-compose.yml', 'env_file')}:`);
  });

  test('a bind source that is not there is told with its line: exit 2', async () => {
    const { exitCode, code, stderr } = await without('app/web/secrets/key.json', () => refusal(['plan']));
    expect([exitCode, code]).toEqual([2, 'BIND_SOURCE_MISSING']);
    expect(stderr).toContain(`:${await lineOf('app/docker-compose.yml', 'key.json')}:`);
  });

  test('a compose file that is not there, or is broken: exit 2', async () => {
    expect(await without('app/docker-compose.yml', () => refusal(['plan']))).toMatchObject({ exitCode: 2, code: 'COMPOSE_FILE_INVALID' });
    const path = join(small.home, 'app/docker-compose.yml');
    const text = await readFile(path, 'utf8');
    await writeFile(path, `${text}  broken: [\n`);
    const answer = await refusal(['plan']);
    await writeFile(path, text);
    expect(answer).toMatchObject({ exitCode: 2, code: 'COMPOSE_FILE_INVALID' });
  });

  test.each([
    ['a project that has no containers', (text: string) => text.replace(/running: spapp\w+/, 'running: nobody'), 'PROJECT_NOT_RUNNING'],
    [
      'a service that the project does not have',
      (text: string) => text.replace('kind: sup', 'postgres: none\n    kind: sup'),
      'PLAN_FILE_INVALID',
    ],
  ])('%s: exit 2', async (_, edit, code) => {
    const file = join(state, 'other.yaml');
    const text = (await readFile(join(small.home, 'stoppoint.yaml'), 'utf8')).replaceAll(
      /directory: (\w+)/g,
      `directory: ${small.home}/$1`,
    );
    await writeFile(file, edit(text));
    expect(await refusal(['plan', '--file', file])).toMatchObject({ exitCode: 2, code });
  });

  test('a run plan that was compiled for another world is refused with the difference: exit 4', async () => {
    const saved = join(state, 'run-plan.json');
    const { exitCode } = await stoppoint(['plan', '--out', saved], { env: process.env, cwd: small.home });
    expect(exitCode).toBe(0);
    const path = join(small.home, 'app/web/.env');
    const text = await readFile(path, 'utf8');
    await writeFile(path, `${text}MORE=1\n`);
    const answer = await refusal(['start', saved]);
    await writeFile(path, text);
    expect(answer).toMatchObject({ exitCode: 4, code: 'WORLD_CHANGED' });
    expect(answer.stderr).toContain('app/web/.env');
    const plan = JSON.parse(await readFile(saved, 'utf8')) as { limits: { budgetSeconds: number } };
    await writeFile(saved, JSON.stringify({ ...plan, limits: { budgetSeconds: 9_999 } }));
    expect(await refusal(['start', saved])).toMatchObject({ exitCode: 2, code: 'RUN_PLAN_BROKEN' });
  });

  test('no Temporal server: exit 7, and no run is left behind', async () => {
    expect(await refusal(['start'])).toMatchObject({ exitCode: 7, code: 'TEMPORAL_UNREACHABLE' });
    expect(await readdir(join(state, 'state/runs')).catch(() => [])).toEqual([]);
  });

  test('a port of staging that a stranger holds, a name that is taken, and a disk that is too small: exit 4', async () => {
    const { target } = await small.plan();
    const asked = { target, stateFolder: state, bytesNeeded: 1, secret: () => '' };
    await preflight(docker, asked);
    await expect(preflight(docker, { ...asked, bytesNeeded: 1e18 })).rejects.toMatchObject({ code: 'DISK_TOO_SMALL', exitCode: 4 });
    const port = target.environments.staging.ports[0]?.published ?? 0;
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
    const taken = await preflight(docker, asked).catch((error: unknown) => error);
    await new Promise((resolve) => stranger.close(resolve));
    expect(taken).toMatchObject({ code: 'PORT_TAKEN', exitCode: 4, message: expect.stringContaining(String(port)) });
    const volume = Object.values(target.environments.staging.volumes)[0] ?? '';
    await docker.createVolume({ Name: volume });
    const named = await preflight(docker, asked).catch((error: unknown) => error);
    await docker.getVolume(volume).remove();
    expect(named).toMatchObject({ code: 'NAME_TAKEN', exitCode: 4, message: expect.stringContaining(volume) });
  });

  test('a secret that has no value: exit 2', async () => {
    const { target } = await small.plan();
    const asked = { target, stateFolder: state, bytesNeeded: 1, secret: secretsOf(target) };
    await preflight(docker, asked);
    const refused = await without('secrets.env', () => preflight(docker, asked).catch((error: unknown) => error));
    expect(refused).toMatchObject({ code: 'SECRET_MISSING', exitCode: 2 });
  });

  test('none of it changed a container, a volume, a network or a file', async () => {
    expect(await everything()).toEqual(before);
  });
});
