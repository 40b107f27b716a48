import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDocker, orNull } from '../../../src/world/docker.js';
import { SmallDeployment } from '../support/small-deployment.js';
import { FILE_KINDS, Steps } from '../support/small-steps.js';

const docker = connectDocker();
let small: SmallDeployment;
let runFolder: string;
let steps: Steps;
let liveBefore: string;

beforeAll(async () => {
  small = await SmallDeployment.make(docker);
  runFolder = await mkdtemp(join(tmpdir(), 'sp-run-'));
  liveBefore = (await digestOfTree(join(small.home, 'app'))) + (await digestOfTree(join(small.home, 'db')));
  steps = new Steps({ plan: await small.plan(), docker, runFolder });
}, 60_000);

afterAll(async () => {
  await small?.remove();
  await rm(runFolder, { recursive: true, force: true });
}, 60_000);

describe('splitting a small deployment', () => {
  test('every step is done, judged and undone, and done again', async () => {
    const all = steps.ofKinds([...FILE_KINDS, 'compose.validate']);
    for (const [kind, id] of all) expect([id, (await steps.forward(kind, id)).already]).toEqual([id, false]);
    for (const [kind, id] of [...all].reverse()) await steps.back(kind, id);
    expect(await readdir(small.home)).not.toContain('environments');
    expect((await docker.listVolumes({ filters: { label: [`org.stoppoint.run=${steps.context('images.pin').runId}`] } })).Volumes).toEqual(
      [],
    );
    for (const [kind, id] of steps.ofKinds(FILE_KINDS)) expect([id, (await steps.forward(kind, id)).already]).toEqual([id, false]);
    for (const [kind, id] of all) expect([id, (await steps.forward(kind, id)).already]).toEqual([id, true]);
  }, 120_000);

  test('the live folders keep every byte, mode and time', async () => {
    expect((await digestOfTree(join(small.home, 'app'))) + (await digestOfTree(join(small.home, 'db')))).toBe(liveBefore);
  });

  test('no legacy env file, no state and no secret of production is in the folder of staging', async () => {
    const { folder, stateHome } = steps.plan.target.environments.staging;
    expect(await readdir(join(folder, 'web'))).not.toContain('.env');
    expect(await readdir(join(stateHome, 'web/state'))).toEqual([]);
    expect(await readdir(join(folder, 'web/state'))).toEqual([]);
    expect(await readFile(join(folder, 'web/secrets/key.json'), 'utf8')).toContain('staging');
    expect((await stat(join(folder, 'web/.env.staging'))).mode & 0o777).toBe(0o600);
    const all = await textOfTree(folder);
    for (const secret of ['p'.repeat(30), 'j'.repeat(40), 'k'.repeat(32), 'A'.repeat(35)]) expect(all).not.toContain(secret);
  });

  test('production binds its state from the old place, and has the live secret', async () => {
    const { folder, stateHome } = steps.plan.target.environments.production;
    expect(stateHome).toBe(join(small.home, 'app'));
    expect(await readFile(join(folder, 'web/secrets/key.json'), 'utf8')).toContain('production');
    expect(await readFile(join(folder, 'web/.env.prod'), 'utf8')).toContain("WITH_DOLLAR='a$b'");
  });

  test('the compose files are one text, and the comment stays', async () => {
    const [staging, production] = await Promise.all(
      (['staging', 'production'] as const).map((name) =>
        readFile(join(steps.plan.target.environments[name].folder, 'docker-compose.yml'), 'utf8'),
      ),
    );
    expect(staging).toBe(production);
    expect(staging).toContain('# the small deployment');
    expect(staging).toContain('image: ${WEB_IMAGE:?run with --env-file}   # stays');
  });

  test('an env file that a person edited is kept aside by the undo, and a foreign one is never overwritten', async () => {
    const file = join(steps.plan.target.environments.staging.folder, '.env.staging');
    await writeFile(file, "APP_ENV='mine'\n");
    await expect(steps.forward('env-files.write', 'staging')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await steps.back('env-files.write', 'staging');
    expect(await readFile(steps.context('env-files.write', 'staging').folder.file('edited-.env.staging'), 'utf8')).toBe("APP_ENV='mine'\n");
    expect((await steps.forward('env-files.write', 'staging')).already).toBe(false);
  });

  test('a changed byte in what a step wrote is seen by its probe', async () => {
    const file = join(steps.plan.target.database.folder, 'volumes/init/10.sql');
    await writeFile(file, 'select 2;\n');
    expect((await steps.forward('database.files')).already).toBe(false);
    expect(await readFile(file, 'utf8')).toBe('select 1;\n');
  });

  test('what a crash left half-made is made anew, and nothing of it stays', async () => {
    const { folder } = steps.plan.target.environments.staging;
    const { runId, stepId, folder: own } = steps.context('folder.make', 'staging');
    const scratch = join(folder, '..', `.staging.stoppoint-${runId}`);
    await mkdir(join(scratch, 'tree', '.git'), { recursive: true });
    await writeFile(join(scratch, '.stoppoint.json'), JSON.stringify({ run: runId, step: stepId }));
    await rm(own.file('evidence.json'));
    await writeFile(join(folder, 'web/secrets/key.json'), 'half');
    await steps.forward('folder.make', 'staging');
    expect(await readFile(join(folder, 'web/secrets/key.json'), 'utf8')).toContain('staging');
    expect((await readdir(join(folder, '..'))).filter((name) => name.startsWith('.'))).toEqual([]);
    await steps.forward('env-files.write', 'staging');
    await steps.forward('compose.write', 'staging');
  });

  test('fresh values are the same again on a retry', async () => {
    const file = join(steps.plan.target.environments.staging.folder, 'web/.env.staging');
    const text = await readFile(file, 'utf8');
    await rm(file);
    expect((await steps.forward('env-files.write', 'staging')).already).toBe(false);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  test('a taken name, port or volume turns the validation red', async () => {
    const { staging } = steps.plan.target.environments;
    const port = String(staging.ports[0]?.published);
    const { id } = await docker.createContainer({
      name: `${staging.project}-web-1`,
      Image: 'stoppoint-base:bookworm-1',
      Cmd: ['sleep', '60'],
      StopTimeout: 0,
      ExposedPorts: { '9/tcp': {} },
      HostConfig: { PortBindings: { '9/tcp': [{ HostIp: '127.0.0.1', HostPort: port }] } },
    });
    await steps.back('volumes.make', 'staging');
    await docker.createVolume({ Name: Object.values(staging.volumes)[0] ?? '' });
    try {
      await docker.getContainer(id).start();
      await rm(steps.context('compose.validate').folder.file('evidence.json'));
      const error = await steps.forward('compose.validate').catch((thrown: unknown) => thrown);
      const red = (error as { evidence: { checks: { id: string; verdict: string }[] } }).evidence.checks.filter(
        ({ verdict }) => verdict !== 'pass',
      );
      expect(red.map(({ id: name }) => name)).toEqual(['no-collision:ports', 'no-collision:names', 'no-collision:volumes']);
      await expect(steps.forward('volumes.make', 'staging')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
      await steps.back('volumes.make', 'staging');
      expect(await orNull(docker.getVolume(Object.values(staging.volumes)[0] ?? '').inspect())).not.toBeNull();
    } finally {
      await docker.getContainer(id).remove({ force: true });
      await docker.getVolume(Object.values(staging.volumes)[0] ?? '').remove();
    }
  });

  test('a file that was edited after the plan, and one that no container runs with, are refused', async () => {
    const path = join(small.home, 'app/web/.env');
    const text = await readFile(path, 'utf8');
    await writeFile(path, `${text}ADDED=1\n`);
    await rm(steps.context('env-files.write', 'production').folder.file('evidence.json'));
    await expect(steps.forward('env-files.write', 'production')).rejects.toMatchObject({ code: 'WORLD_CHANGED' });
    const again = new Steps({ plan: await small.plan(), docker, runFolder: join(runFolder, 'again') });
    await steps.back('env-files.write', 'production');
    const error = await again.forward('env-files.write', 'production').catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('as-running (web: ADDED)');
    await again.back('env-files.write', 'production');
    await writeFile(path, text);
  });

  test('tags that the undo removes leave the image and its other names', async () => {
    const { tag, id } = steps.plan.target.images['web'] ?? { tag: '', id: '' };
    await steps.back('images.pin');
    expect(await orNull(docker.getImage(tag).inspect())).toBeNull();
    expect((await docker.getImage(id).inspect()).RepoTags).toContain('stoppoint-base:bookworm-1');
  });

  test('a folder that somebody else made is refused and left alone', async () => {
    await steps.back('env-files.write', 'production');
    await steps.back('compose.write', 'production');
    await steps.back('folder.make', 'production');
    const { folder } = steps.plan.target.environments.production;
    await small.write('environments/production/theirs.txt', 'theirs');
    await expect(steps.forward('folder.make', 'production')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await steps.back('folder.make', 'production');
    expect(await readdir(folder)).toEqual(['theirs.txt']);
    await rm(folder, { recursive: true });
  });

  test('uncommitted changes to tracked files refuse the folder', async () => {
    await small.write('app/web/main.py', 'print("changed")\n');
    await expect(steps.forward('folder.make', 'production')).rejects.toMatchObject({ code: 'WORKTREE_DIRTY' });
  });
});

test('outside git the folder is a copy without state and secrets', async () => {
  const other = await SmallDeployment.make(docker, { inGit: false });
  try {
    const own = new Steps({ plan: await other.plan(), docker, runFolder: join(runFolder, 'other') });
    await own.forward('folder.make', 'staging');
    const { folder } = own.plan.target.environments.staging;
    expect((await entriesOf(folder)).filter((path) => !path.startsWith('.state'))).toEqual([
      '.gitignore',
      '.stoppoint.json',
      'docker-compose.yml',
      'store',
      'store/start.sh',
      'web',
      'web/main.py',
      'web/public',
      'web/public/health',
      'web/secrets',
      'web/secrets/key.json',
      'web/state',
    ]);
    expect(await readFile(join(folder, 'web/secrets/key.json'), 'utf8')).toContain('staging');
    await own.back('folder.make', 'staging');
  } finally {
    await other.remove();
  }
}, 60_000);

async function entriesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries.sort();
}

async function digestOfTree(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const path of await entriesOf(folder)) {
    const { mode, uid, gid, size, mtimeMs } = await lstat(join(folder, path));
    const isFile = (await lstat(join(folder, path))).isFile();
    hash.update(JSON.stringify([path, mode, uid, gid, isFile ? size : 0, mtimeMs]));
    if (isFile) hash.update(await readFile(join(folder, path)));
  }
  return hash.digest('hex');
}

async function textOfTree(folder: string): Promise<string> {
  const texts = await Promise.all(
    (await entriesOf(folder)).map(async (path) =>
      (await lstat(join(folder, path))).isFile() ? await readFile(join(folder, path), 'latin1') : '',
    ),
  );
  return texts.join('\n');
}
