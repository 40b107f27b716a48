import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, realpath, rm, stat, symlink } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInside, makeStateDirectory, refuseExposedStateDirectory, stateDirectory } from '../../../src/world/state-directory.js';

let root: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'stoppoint-state-')));
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

describe('the state directory', () => {
  it('is named by STOPPOINT_STATE_DIR, else lies in the user state home', () => {
    expect(stateDirectory({ STOPPOINT_STATE_DIR: '/a/b', XDG_STATE_HOME: '/x' })).toBe('/a/b');
    expect(stateDirectory({ XDG_STATE_HOME: '/x' })).toBe('/x/stoppoint');
    expect(stateDirectory({ XDG_STATE_HOME: 'relative' })).toBe(join(homedir(), '.local/state/stoppoint'));
    expect(stateDirectory({})).toBe(join(homedir(), '.local/state/stoppoint'));
  });

  it('belongs to its owner alone, also when it was there before', async () => {
    await mkdir(join(root, 'state'), { mode: 0o755 });
    const { runs } = await makeStateDirectory(join(root, 'state'));
    for (const path of [join(root, 'state'), runs]) expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it('is refused inside the deployment, also by way of a link, also before it is made', async () => {
    await mkdir(join(root, 'deployment/inner'), { recursive: true });
    await symlink(join(root, 'deployment'), join(root, 'link'));
    const exposed = expect.objectContaining({ code: 'STATE_DIR_EXPOSED' });
    const deployment = [join(root, 'other'), join(root, 'deployment')];
    await expect(refuseExposedStateDirectory(join(root, 'deployment/inner/state'), deployment)).rejects.toEqual(exposed);
    await expect(refuseExposedStateDirectory(join(root, 'link/not/yet/there'), deployment)).rejects.toEqual(exposed);
    await expect(refuseExposedStateDirectory(join(root, 'deployment'), deployment)).rejects.toEqual(exposed);
    await expect(refuseExposedStateDirectory(join(root, 'deployment-state'), deployment)).resolves.toBeUndefined();
  });
});

describe('a path', () => {
  it('is inside its folder, not inside one whose name only begins alike', () => {
    expect(isInside('/a/b', '/a')).toBe(true);
    expect(isInside('/a', '/a')).toBe(true);
    expect(isInside('/ab', '/a')).toBe(false);
    expect(isInside('/a/..b', '/a')).toBe(true);
    expect(isInside('/', '/a')).toBe(false);
  });
});
