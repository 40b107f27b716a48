import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type WayBack, wayBackScript } from '../../../src/report/way-back-script.js';

const WAY: WayBack = {
  deployment: 'demo',
  runId: '7f3a12cd',
  dockerHost: 'unix:///run/docker.sock',
  created: [{ id: 'new1', name: 'demo-prod-web-1' }],
  old: [
    { id: 'old1', name: 'demo-store-1', restart: 'always', running: true },
    { id: 'old2', name: 'demo-web-1', restart: 'on-failure:3', running: true },
    { id: 'old3', name: 'demo-once-1', restart: 'no', running: false },
  ],
  volumes: ['demo_data'],
  healthUrl: null,
};

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'sp-way-'))));
afterEach(async () => await rm(folder, { recursive: true }));

/** Runs the script with a docker that writes its arguments down; `answers` are lines of a shell `case`. */
async function ran(way: WayBack, answers: string) {
  await writeFile(
    join(folder, 'docker'),
    `#!/bin/sh\nprintf '%s\\n' "$*" >>${folder}/calls\ncase "$*" in\n${answers}\n"inspect -f "*) echo true ;;\nesac\n`,
  );
  await chmod(join(folder, 'docker'), 0o755);
  await writeFile(join(folder, 'way-back.sh'), wayBackScript(way));
  const env = { ...process.env, DOCKER_HOST: '', PATH: `${folder}${delimiter}${process.env['PATH']}` };
  const { code = 0, stdout } = (await promisify(execFile)('sh', [join(folder, 'way-back.sh')], { env, cwd: folder }).catch(
    (error: { code: number; stdout: string }) => error,
  )) as { code?: number; stdout: string };
  const calls = (await readFile(join(folder, 'calls'), 'utf8')).split('\n').filter((line) => /^(update|stop|start)/.test(line));
  return { code, stdout, calls };
}

const STOPS = '"inspect -f {{.State.Running}} new1") echo false ;;';

describe('the way back script', () => {
  test.each([
    ['all there', WAY],
    ['nothing created yet', { ...WAY, created: [], volumes: [], dockerHost: null }],
    ['an address with quotes and dollars', { ...WAY, healthUrl: "http://127.0.0.1:1/a'b?$(touch pwned)`touch pwned`" }],
  ])('is a script that a plain shell accepts: %s', async (_, way) => {
    await writeFile(join(folder, 'way-back.sh'), wayBackScript(way));
    await promisify(execFile)('sh', ['-n', join(folder, 'way-back.sh')]);
  });

  test('stops the new ones for good, then starts the old ones in their order, by exact ids', async () => {
    const { code, calls, stdout } = await ran(WAY, STOPS);
    expect(calls).toEqual([
      'update --restart=no new1',
      'stop new1',
      'update --restart=always old1',
      'start old1',
      'update --restart=on-failure:3 old2',
      'start old2',
      'update --restart=no old3',
    ]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('done: the old project runs')]);
  });

  test('starts nothing old while a new container still runs', async () => {
    const { code, calls } = await ran(WAY, '');
    expect([code, calls]).toEqual([1, ['update --restart=no new1', 'stop new1']]);
  });

  test('starts nothing old while a container that it does not know runs on a volume', async () => {
    const { code, calls, stdout } = await ran(WAY, `${STOPS}\n"ps -q --no-trunc --filter volume=demo_data") echo old1; echo other9 ;;`);
    expect([code, calls.some((line) => line.startsWith('start'))]).toEqual([1, false]);
    expect(stdout).toContain("container other9 still runs on the volume 'demo_data'");
  });

  test('changes nothing when the engine does not answer', async () => {
    const { code, calls, stdout } = await ran(WAY, 'version) exit 1 ;;');
    expect([code, calls, stdout]).toEqual([1, [], 'the Docker engine does not answer; nothing was changed\n']);
  });

  test('goes on when a new container is gone', async () => {
    const { code, stdout } = await ran(WAY, '"inspect new1") exit 1 ;;');
    expect([code, stdout]).toEqual([0, expect.stringContaining('gone:    demo-prod-web-1')]);
  });

  test('fails loudly when an old container does not come up', async () => {
    const { code, stdout } = await ran(WAY, `${STOPS}\n"inspect -f {{.State.Running}} old2") echo false ;;`);
    expect([code, stdout]).toEqual([1, expect.stringContaining('NOT RUNNING: demo-web-1')]);
  });
});
