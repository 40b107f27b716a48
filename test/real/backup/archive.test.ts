import { beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mkdir, mkdtemp, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backupBind } from '../../../src/activities/backup-bind.js';
import { SOURCE, proveArchive, takeArchive } from '../../../src/activities/backup-archive.js';
import { backupVolume } from '../../../src/activities/backup-volume.js';
import { backupFolderOf } from '../../../src/activities/backing.js';
import { carryOut } from '../../../src/activities/harness.js';
import type { StepContext } from '../../../src/activities/operator.js';
import type { OperationOf } from '../../../src/plan/operation.js';
import { execInContainer } from '../../../src/world/container-exec.js';
import { readManifest } from '../../../src/world/manifest.js';
import { sweepScratch } from '../../../src/world/scratch-container.js';
import { stepContext } from '../support/step-context.js';
import { testRuns } from '../support/test-runs.js';
import { BASE_IMAGE } from '../support/tiny-servers.js';

jest.setTimeout(120_000);

const runs = testRuns('archive');
const { docker, things } = runs;
let image: string;
let writer: string;
let volume: string;
let operation: OperationOf<'backup.volume'>;
let step: StepContext;

const inVolume = (script: string) => execInContainer({ container: writer, command: ['sh', '-ec', script] });

beforeAll(async () => {
  image = (await docker.getImage(BASE_IMAGE).inspect()).Id;
  volume = await things.volume('data');
  operation = { kind: 'backup.volume', volume, image };
  writer = await things.container('writer', {
    Entrypoint: ['sleep', '3600'],
    HostConfig: { Mounts: [{ Type: 'volume', Source: volume, Target: '/data' }] },
  });
  await inVolume(`cd /data && chown 1234:4321 . && chmod 0750 .
    mkdir -p deep/${'long-name/'.repeat(14)} && echo end > deep/${'long-name/'.repeat(14)}file
    echo secret words > 'name with  spaces and \\ backslash' && chmod 4600 name* && chown 65534:70000 name*
    ln -s '../gone to' link && echo twice > one && ln one two && : > nothing && mkdir hollow
    head -c 3000000 /dev/urandom > large && printf 'ü' > ü && touch -d '2001-02-03 04:05:06.789' one
    mkfifo pipe && python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'`);
});

beforeEach(() => {
  step = stepContext({ operation, runFolder: runs.runFolder, docker });
});

describe('backup.volume', () => {
  test('archives a volume with owners, modes, times and links, and proves it in a scratch volume that is gone afterwards', async () => {
    const { evidence } = await carryOut(backupVolume, step);
    expect(evidence.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['restored', 'pass'],
      ['content-equal', 'pass'],
      ['not-empty', 'pass'],
    ]);
    expect(evidence.facts).toMatchObject({ files: 7, changedWhileRead: 0, empty: false });
    expect(JSON.stringify(evidence)).not.toContain('secret words');
    const filters = { label: [`org.stoppoint.run=${step.runId}`] };
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
    expect((await docker.listVolumes({ filters })).Volumes ?? []).toEqual([]);
    expect((await stat(join(backupFolderOf(step), `${volume}.tar`))).mode & 0o777).toBe(0o600);
    expect(await carryOut(backupVolume, step)).toMatchObject({ already: true });
  });

  test('an empty volume is said to be empty', async () => {
    const empty = { ...operation, volume: await things.volume('empty') };
    step = stepContext({ operation: empty, runFolder: step.runFolder, docker });
    const { evidence } = await carryOut(backupVolume, step);
    expect(evidence.facts).toMatchObject({ empty: true, files: 0 });
    expect(evidence.checks.map(({ live }) => live)).toEqual([
      undefined,
      'empty: there was nothing to compare',
      'empty: the original itself has no files, folders and links',
    ]);
  });

  test('a volume that is not there is not made', async () => {
    const missing = { ...operation, volume: `${things.id}-typo` };
    step = stepContext({ operation: missing, runFolder: step.runFolder, docker });
    await expect(carryOut(backupVolume, step)).rejects.toThrow(`there is no volume '${missing.volume}'`);
    await expect(docker.getVolume(missing.volume).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  test('a file that is written all the time is counted, and does not make the backup fail', async () => {
    await inVolume('(while [ ! -e /tmp/stop ]; do echo line >> /data/journal; done; touch /tmp/stopped) >/dev/null 2>&1 &');
    try {
      const { evidence } = await carryOut(backupVolume, step);
      expect(evidence.facts.changedWhileRead).toBe(1);
      expect(JSON.parse(await readFile(step.folder.file('differences.json'), 'utf8'))).toMatchObject({ changedWhileRead: ['journal'] });
    } finally {
      await inVolume('touch /tmp/stop; until [ -e /tmp/stopped ]; do :; done; rm /data/journal');
    }
  });
});

describe('backup.bind', () => {
  test('archives a host folder that belongs to others, without touching it', async () => {
    const path = join(runs.folder, 'bound');
    await mkdir(path);
    await writeFile(join(path, 'state.json'), '{}', { mode: 0o600 });
    const bind: OperationOf<'backup.bind'> = { kind: 'backup.bind', path, image };
    step = stepContext({ operation: bind, runFolder: step.runFolder, docker });
    const before = await stat(path);
    const { evidence } = await carryOut(backupBind, step);
    expect(evidence.facts).toMatchObject({ files: 1, bytes: 2 });
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
    expect((await readManifest(backupFolderOf(step)))?.files.map(({ name }) => name)).toEqual(['bound.entries.json', 'bound.tar']);
  });

  test('a folder that is not there is not made', async () => {
    const bind: OperationOf<'backup.bind'> = { kind: 'backup.bind', path: join(runs.folder, 'typo'), image };
    step = stepContext({ operation: bind, runFolder: step.runFolder, docker });
    await expect(carryOut(backupBind, step)).rejects.toThrow('typo');
    await expect(stat(bind.path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the proof is red', () => {
  const archive = () => ({ image, name: 'v', mount: { type: 'volume', volume, target: SOURCE, readOnly: true } as const });

  /** Takes the volume, lets `change` happen to archive or volume, and proves what is then there. */
  const proveAfter = async ({
    first = '',
    back = '',
    bytes,
  }: {
    first?: string;
    back?: string;
    bytes?: (tar: string) => Promise<void>;
  }) => {
    const good = await mkdtemp(join(runs.folder, 'good-'));
    try {
      const taken = await takeArchive(step, archive(), good);
      await inVolume(first || ':');
      if (first) await takeArchive(step, archive(), good);
      await inVolume(back || ':');
      await bytes?.(join(good, 'v.tar'));
      const { evidence } = await proveArchive(step, archive(), good, taken);
      return Object.fromEntries(evidence.checks.map(({ id, verdict, live }) => [id, `${verdict}${live ? `: ${live}` : ''}`]));
    } finally {
      await sweepScratch(step);
    }
  };

  test.each([
    [
      'one byte of content with the same size and time',
      'cp -p one /tmp/k; printf X | dd of=one conv=notrunc status=none; touch -r /tmp/k one',
      'printf t | dd of=one conv=notrunc status=none; touch -r /tmp/k one',
      "'one' has another sha256",
    ],
    ['a mode', 'chmod 0644 nothing', 'chmod 0600 nothing', "'nothing' has another mode"],
    ['an owner', 'chown 7 hollow', 'chown 0 hollow', "'hollow' has another uid"],
    ['a link', 'ln -sfn elsewhere link', "ln -sfn '../gone to' link", "'link' has another target"],
    ['a lost file', 'mv nothing /tmp/', 'mv /tmp/nothing .', "'nothing' is missing"],
  ])('%s', async (_, change, back, says) => {
    await inVolume('chmod 0600 /data/nothing');
    const checks = await proveAfter({ first: `cd /data; ${change}`, back: `cd /data; ${back}` });
    expect(checks['content-equal']).toContain(`fail: ${says}`);
  });

  test('a flipped byte inside the archive', async () => {
    const checks = await proveAfter({
      bytes: async (tar) => {
        const file = await open(tar, 'r+');
        const at = (await readFile(tar)).indexOf('secret words');
        await file.write('S', at);
        await file.close();
      },
    });
    expect(checks['content-equal']).toMatch(/^fail: .*backslash' has another sha256/);
  });

  test('an archive that was cut', async () => {
    const checks = await proveAfter({ bytes: async (tar) => await writeFile(tar, (await readFile(tar)).subarray(0, 100_000)) });
    expect(checks.restored).toMatch(/^fail: /);
    expect(checks['not-empty']).toMatch(/^fail: /);
  });
});
