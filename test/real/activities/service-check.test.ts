import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { carryOut } from '../../../src/activities/harness.js';
import { serviceCheck } from '../../../src/activities/service-check.js';
import type { CheckResult } from '../../../src/plan/checks.js';
import type { Evidence } from '../../../src/plan/evidence.js';
import type { OperationOf } from '../../../src/plan/operation.js';
import type { PlanFileInput } from '../../../src/plan/schema.js';
import { connectDocker } from '../../../src/world/docker.js';
import type { ProjectPlace } from '../../../src/world/project-containers.js';
import { waitUntil } from '../../../src/world/wait-until.js';
import { freePort, observed, portOf, startService, targetWith, webServer } from '../support/labelled.js';
import { stepContext } from '../support/step-context.js';
import { TestThings } from '../support/tiny-servers.js';

jest.setTimeout(120_000);

const docker = connectDocker();
let things: TestThings;
let folder: string;
let old: ProjectPlace;
let staging: ProjectPlace;
let port: number;
let stranger: Server | null = null;

const HEALTHY = '{"/health": (200, {"ok": True})}';
const health = { id: 'health', service: 'backend', port: 8000, get: '/health', json: { ok: true }, smoke: true };

beforeEach(async () => {
  things = new TestThings(docker);
  folder = await mkdtemp(join(tmpdir(), 'sp-check-'));
  old = { project: `${things.id}-old`, directory: '/live' };
  staging = { project: `${things.id}-staging`, directory: '/staging' };
  port = await freePort();
  await startService(things, old, 'backend', { Entrypoint: ['sleep', '300'] });
});

afterEach(async () => {
  await things.remove();
  await rm(folder, { recursive: true });
  await new Promise((resolve) => (stranger ? stranger.close(resolve) : resolve(null)));
  stranger = null;
});

afterAll(async () => {
  await things.remove();
});

async function checked(depth: OperationOf<'service.check'>['depth'], planFile: Partial<PlanFileInput> = { checks: { both: [health] } }) {
  const app = await observed(docker, old);
  const target = targetWith({ app, staging: { ...staging, ports: [portOf('backend', 8000, port)] }, planFile });
  const operation = { kind: 'service.check', environment: 'staging', depth } as const;
  const step = stepContext({ operation, runFolder: join(folder, `run-${things.id}`), docker, target });
  // The seconds that a check may take belong to real starts; a failing one would take all of them.
  const short = { ...step, plan: { ...step.plan, limits: { budgetSeconds: 5 } } };
  try {
    return byId((await carryOut(serviceCheck, short)).evidence.checks);
  } catch (error) {
    const { evidence } = error as { evidence?: Evidence };
    if (!evidence) throw error;
    return byId(evidence.checks);
  }
}

const byId = (checks: readonly CheckResult[]) => Object.fromEntries(checks.map((one) => [one.id, one]));
const failed = (checks: { readonly [id: string]: CheckResult }) =>
  Object.values(checks)
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ id }) => id);

async function startBackend(routes: string, env: readonly string[] = ['APP_ENV=staging']) {
  const { Env = [], ...rest } = webServer(routes);
  return await startService(things, staging, 'backend', { ...rest, Env: [...Env, ...env], publish: { 8000: port } });
}

describe('a healthy environment', () => {
  test('passes every check, with what was demanded beside it', async () => {
    await startBackend(HEALTHY);
    const checks = await checked('start');
    expect(failed(checks)).toEqual([]);
    expect(Object.keys(checks).sort()).toEqual(
      ['app-env', 'http:health', 'no-missing-variables', 'old-unaffected', 'owner:health', 'restarts-stable', 'running'].sort(),
    );
    expect(checks['http:health']?.limit).toBe('GET /health on backend:8000 answers 200, {"ok":true}');
  });

  test('also passes checks of the logs', async () => {
    await startBackend(HEALTHY);
    const checks = await checked('full', { checks: { staging: [{ id: 'says', service: 'backend', log: '^APP_ENV: staging$' }] } });
    expect(failed(checks)).toEqual([]);
    expect(checks['log:says']?.verdict).toBe('pass');
  });
});

describe('a sick environment is red', () => {
  test('when the body says {"ok": false} with status 200', async () => {
    await startBackend('{"/health": (200, {"ok": False})}');
    const checks = await checked('smoke');
    expect(failed(checks)).toEqual(['http:health']);
    expect(checks['http:health']?.live).toBe("'ok' is false, not true");
  });

  test('when one Prometheus target is down', async () => {
    const routes =
      '{"/t": (200, {"data": {"activeTargets": [{"health": "up", "labels": {"job": "a"}}, {"health": "down", "labels": {"job": "b"}}]}})}';
    await startBackend(routes);
    const checks = await checked('smoke', {
      checks: { both: [{ id: 'targets', service: 'backend', port: 8000, get: '/t', 'targets-up': true, smoke: true }] },
    });
    expect(checks['http:targets']?.live).toBe('1 of 2 targets are not up: b down');
  });

  test('when a container of another project answers on its port', async () => {
    const { Env = [], ...rest } = webServer(HEALTHY);
    await startService(things, { project: `${things.id}-other`, directory: '/other' }, 'backend', {
      ...rest,
      Env,
      publish: { 8000: port },
    });
    await startService(things, staging, 'backend', { Entrypoint: ['sleep', '300'], Env: ['APP_ENV=staging'] });
    const checks = await checked('smoke');
    expect(failed(checks)).toEqual(['http:health', 'owner:health']);
    expect(checks['owner:health']?.live).toContain(`is held by '${things.id}-${things.id}-other-backend'`);
  });

  test('when a project of the same name, but from another folder, answers', async () => {
    const { Env = [], ...rest } = webServer(HEALTHY);
    await startService(things, { ...staging, directory: '/elsewhere' }, 'backend', { ...rest, Env, publish: { 8000: port } });
    const checks = await checked('smoke');
    expect(failed(checks)).toEqual(['running', 'http:health', 'owner:health']);
  });

  test('when a foreign process answers on its port', async () => {
    stranger = createServer((_, answer) => answer.end('{"ok": true}'));
    await new Promise<void>((resolve) => stranger?.listen(port, '127.0.0.1', resolve));
    await startService(things, staging, 'backend', { Entrypoint: ['sleep', '300'], Env: ['APP_ENV=staging'] });
    const checks = await checked('smoke');
    expect(failed(checks)).toEqual(['http:health', 'owner:health']);
    expect(checks['owner:health']?.live).toContain(`port ${port} is held by a foreign process`);
  });

  test('when its container publishes another port than planned', async () => {
    const { Env = [], ...rest } = webServer(HEALTHY);
    const other = await freePort();
    await startService(things, staging, 'backend', { ...rest, Env: [...Env, 'APP_ENV=staging'], publish: { 8000: other } });
    const checks = await checked('smoke');
    expect(failed(checks)).toEqual(['owner:health']);
    expect(checks['owner:health']?.live).toContain(`has port ${other}, not ${port}`);
  });

  test('when a container is in a restart loop', async () => {
    const looping = {
      Entrypoint: ['sh', '-c', 'sleep 0.5; exit 1'],
      Env: ['APP_ENV=staging'],
      HostConfig: { RestartPolicy: { Name: 'always' } },
    };
    const name = await startService(things, staging, 'backend', looping);
    await waitUntil(async () => (await docker.getContainer(name).inspect()).RestartCount > 0, { what: 'a restart', seconds: 30 });
    const checks = await checked('start', { checks: {} });
    expect([checks['running']?.verdict, checks['restarts-stable']?.verdict]).toContain('fail');
  });

  test('when a service has no container, or one that ended', async () => {
    await startService(things, old, 'worker', { Entrypoint: ['sleep', '300'] });
    await startService(things, old, 'bot', { Entrypoint: ['sleep', '300'] });
    await startBackend(HEALTHY);
    await startService(things, staging, 'bot', { Entrypoint: ['sh', '-c', 'exit 0'] });
    const checks = await checked('smoke');
    expect(checks['running']?.live).toBe('worker: no container; bot: exited (0)');
  });

  test('when a log line misses a variable; only its name is shown', async () => {
    await startBackend(HEALTHY);
    await startService(things, old, 'worker', { Entrypoint: ['sleep', '300'] });
    const said = 'echo "KeyError: \'REDIS_URL\' near password-123"; sleep 300';
    await startService(things, staging, 'worker', { Entrypoint: ['sh', '-c', said], Env: ['APP_ENV=staging'] });
    const checks = await checked('start');
    expect(failed(checks)).toEqual(['no-missing-variables']);
    expect(checks['no-missing-variables']?.live).toBe('worker: REDIS_URL');
  });

  test('when it runs under another label, in the environment or in the log', async () => {
    await startBackend(HEALTHY, ['APP_ENV=prod']);
    const checks = await checked('start');
    expect(failed(checks)).toEqual(['app-env']);
    expect(checks['app-env']?.live).toBe("backend: 'prod'; backend: its log says 'prod'");
  });
});

describe('production beside staging', () => {
  test('is affected when one of its containers was started anew', async () => {
    await startBackend(HEALTHY);
    const app = await observed(docker, old);
    const [one] = app.services;
    await docker.getContainer(one?.containerId ?? '').restart({ t: 0 });
    const target = targetWith({ app, staging: { ...staging, ports: [portOf('backend', 8000, port)] } });
    const operation = { kind: 'service.check', environment: 'staging', depth: 'start' } as const;
    const step = stepContext({ operation, runFolder: join(folder, `run-${things.id}`), docker, target });
    await expect(carryOut(serviceCheck, step)).rejects.toThrow(/old-unaffected .*started anew/);
  });
});
