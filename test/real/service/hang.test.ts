import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf, isAlive } from '../../../src/service/process-identity.js';
import { OwnService } from '../support/own-service.js';
import { startTemporal } from '../support/temporal.js';

jest.setTimeout(120_000);

/** What lives but does not answer: a stopped process keeps its port, and takes connections that nobody serves. */
const hang = (pid: number | undefined) => process.kill(pid ?? 0, 'SIGSTOP');

describe('what hangs without dying', () => {
  let own: OwnService;
  beforeAll(async () => {
    own = await OwnService.make({ STOPPOINT_HANG_MS: '5000' });
    expect(await own.run('up')).toMatchObject({ exitCode: 0 });
    await own.startRun('feedc0de');
  });
  afterAll(async () => await own?.remove());

  it.each([
    ['temporal', 'SP0', 'database.start', '1.2-database.start-staging-database', 'SP1'],
    ['worker', 'SP1', 'project.start', '2.1-project.start-staging', 'SP3'],
  ] as const)('%s is ended and started again in the middle of a step, and the run goes on', async (child, approved, kind, step, next) => {
    await writeFile(join(own.paths.root, `hang-${kind}`), '');
    expect(await own.release(approved)).toBe(0);
    if (next === 'SP3') expect(await own.release('SP2')).toBe(0);
    await own.untilStep(step);
    const before = await own.file();
    const hung = before[child]?.process;
    const hungAt = Date.now();
    hang(hung?.pid);
    await own.restarted(child, hung?.pid);
    const backAfter = Date.now() - hungAt;
    expect(hung && (await isAlive(hung))).toBe(false);
    await rm(join(own.paths.root, `hang-${kind}`));
    expect(await own.document('wait', '--for', next, '--quiet')).toMatchObject({ exitCode: 3, stopPoint: { id: next } });
    const after = await own.file();
    const other = child === 'worker' ? 'temporal' : 'worker';
    expect([after[child]?.starts, after[other]?.starts]).toEqual([(before[child]?.starts ?? 0) + 1, before[other]?.starts]);
    expect(backAfter).toBeGreaterThan(4_000);
    expect(backAfter).toBeLessThan(20_000);
  });
});

describe('a server that somebody else started', () => {
  it('is left alone, however long it hangs', async () => {
    const server = await startTemporal();
    const foreign = await identityOf(server.pid);
    const own = await OwnService.make({ STOPPOINT_HANG_MS: '3000', TEMPORAL_ADDRESS: server.address });
    try {
      expect(await own.run('up')).toMatchObject({ exitCode: 0 });
      const { worker } = await own.file();
      hang(server.pid);
      hang(worker?.process?.pid);
      // The watch has done its work on the worker by then.
      await own.restarted('worker', worker?.process?.pid);
      expect(await isAlive(foreign)).toBe(true);
      process.kill(server.pid, 'SIGCONT');
      expect(await own.run('up')).toMatchObject({ exitCode: 0 });
    } finally {
      process.kill(server.pid, 'SIGCONT');
      await own.remove();
      await server.stop();
    }
  });
});
