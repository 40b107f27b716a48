import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockHolder, releaseLock, takeLock } from '../../../src/service/lock-file.js';
import { identityOf, isAlive, signalProcess } from '../../../src/service/process-identity.js';

let folder: string;
let lock: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stoppoint-lock-'));
  lock = join(folder, 'supervisor.lock');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('a process', () => {
  it('is known by its number and its start time', async () => {
    const me = await identityOf(process.pid);
    expect(await isAlive(me)).toBe(true);
    expect(await isAlive({ ...me, started: '1' })).toBe(false);
  });

  it('is never signalled under a number that another one has now', async () => {
    await signalProcess({ pid: process.pid, started: '1' }, 'SIGKILL');
    expect(await isAlive(await identityOf(process.pid))).toBe(true);
  });

  it('is gone once it has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const identity = await identityOf(child.pid ?? 0);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await signalProcess(identity, 'SIGKILL');
    await ended;
    expect(await isAlive(identity)).toBe(false);
  });
});

describe('a lock', () => {
  it('is taken once, told to the second, and free after its release', async () => {
    expect(await takeLock(lock)).toEqual({ taken: true });
    expect(await takeLock(lock)).toEqual({ taken: false, holder: await identityOf(process.pid) });
    await releaseLock(lock);
    expect(await lockHolder(lock)).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, started: '5' })],
    ['a process whose number was given to another', JSON.stringify({ pid: process.ppid, started: '1' })],
    ['nobody: it is half written', '{"pid":'],
  ])('is taken over from %s', async (_who, text) => {
    await writeFile(lock, text);
    expect(await takeLock(lock)).toEqual({ taken: true });
    expect(await lockHolder(lock)).toEqual(await identityOf(process.pid));
    await releaseLock(lock);
  });
});
