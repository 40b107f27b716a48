import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporalBinary } from '../../../src/service/temporal-binary.js';
import { takeLock } from '../../../src/service/lock-file.js';
import { givenTarget, knownTarget, taskQueueOf, temporalTarget } from '../../../src/service/temporal-target.js';
import { writeServiceFile } from '../../../src/service/service-file.js';

let root: string;
const none = { TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stoppoint-target-'));
  for (const folder of ['named', 'path', 'cache/stoppoint/bin']) {
    await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, folder, 'temporal'), '#!/bin/sh\n', { mode: 0o755 });
  }
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

describe('the program that starts a server', () => {
  const env = () => ({
    STOPPOINT_TEMPORAL_BIN: join(root, 'named/temporal'),
    PATH: `/nonexistent:${join(root, 'path')}`,
    XDG_CACHE_HOME: join(root, 'cache'),
  });

  it('is the named one, else the one on PATH, else the one that set-up built', async () => {
    const { STOPPOINT_TEMPORAL_BIN: named, ...rest } = env();
    expect(await findTemporalBinary(env())).toBe(named);
    expect(await findTemporalBinary(rest)).toBe(join(root, 'path/temporal'));
    expect(await findTemporalBinary({ ...rest, PATH: '' })).toBe(join(root, 'cache/stoppoint/bin/temporal'));
  });

  it('is never looked for further when the named one does not run', async () => {
    const missing = findTemporalBinary({ ...env(), STOPPOINT_TEMPORAL_BIN: '/nonexistent/temporal' });
    await expect(missing).rejects.toMatchObject({
      code: 'TEMPORAL_BINARY_MISSING',
      message: expect.stringContaining("'/nonexistent/temporal'"),
    });
  });

  it('is asked for with the lines to run when there is none', async () => {
    const missing = findTemporalBinary({ PATH: '', XDG_CACHE_HOME: '/nonexistent' });
    await expect(missing).rejects.toMatchObject({
      code: 'TEMPORAL_BINARY_MISSING',
      exitCode: 7,
      next: expect.stringMatching(/setup\n.*TEMPORAL_ADDRESS[^]*go install/),
    });
  });
});

describe('the Temporal server', () => {
  const paths = () => ({ service: join(root, 'service.json'), supervisorLock: join(root, 'supervisor.lock') });

  it('is the given one before the one that we keep', async () => {
    expect(givenTarget(none)).toBeNull();
    const given = givenTarget({ ...none, TEMPORAL_ADDRESS: 'elsewhere:7233', TEMPORAL_NAMESPACE: 'ns' });
    expect(given).toMatchObject({ connection: { address: 'elsewhere:7233' }, namespace: 'ns', taskQueue: `stoppoint@${hostname()}` });
  });

  it('may be given by a profile of Temporal itself', async () => {
    const file = join(root, 'temporal.toml');
    await writeFile(file, '[profile.default]\naddress = "profile:7233"\n');
    expect(givenTarget({ TEMPORAL_CONFIG_FILE: file })).toMatchObject({ connection: { address: 'profile:7233' }, namespace: 'default' });
  });

  it('is unreachable, with what to do, when none is known', async () => {
    await expect(temporalTarget({ paths: paths(), env: none })).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE', exitCode: 7 });
  });

  it('is the one that the service file names, as long as it is kept running', async () => {
    await writeServiceFile(paths().service, {
      version: 1,
      stoppoint: '0.1.0',
      address: '127.0.0.1:7000',
      namespace: 'stoppoint',
      taskQueue: 'q',
      server: { kind: 'own', port: 7000, binary: 'temporal' },
      supervisor: null,
      temporal: null,
      worker: null,
      ready: true,
    });
    const known = {
      connection: { address: '127.0.0.1:7000' },
      namespace: 'stoppoint',
      taskQueue: 'q',
    };
    expect(await knownTarget({ paths: paths(), env: none })).toEqual(known);
    const down = { code: 'TEMPORAL_UNREACHABLE', message: "the Temporal server at '127.0.0.1:7000' is down" };
    await expect(temporalTarget({ paths: paths(), env: none })).rejects.toMatchObject(down);
    await takeLock(paths().supervisorLock);
    expect(await temporalTarget({ paths: paths(), env: none })).toEqual(known);
    expect(taskQueueOf({ STOPPOINT_TASK_QUEUE: 'mine' })).toBe('mine');
  });
});
