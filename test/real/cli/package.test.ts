import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

jest.setTimeout(180_000);

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
let empty: string;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function stoppoint(...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, STOPPOINT_STATE_DIR: join(empty, 'state') };
  return await run(join(empty, 'node_modules/.bin/stoppoint'), args, { cwd: empty, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );
}

beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'stoppoint-package-'));
  // What set-up fetched lies in npm's cache: nothing is asked of a registry that is known already.
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', empty], { cwd: ROOT });
  const [archive = ''] = await readdir(empty);
  await writeFile(join(empty, 'package.json'), '{ "private": true }');
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--omit=dev', `./${archive}`], { cwd: empty });
});
afterAll(async () => {
  await rm(empty, { recursive: true, force: true });
});

describe('the package, installed into an empty folder', () => {
  it('brings the built command line, the worker and its prebuilt workflows, and the references', async () => {
    const home = join(empty, 'node_modules/stoppoint');
    for (const file of [
      'dist/worker.js',
      'dist/workflow-bundle.js',
      'docs/errors.md',
      'docs/plan-file.schema.json',
      'docker-compose.temporal.yml',
    ]) {
      await expect(access(join(home, file))).resolves.toBeUndefined();
    }
    await expect(access(join(home, 'dist/cli/main.js'), constants.X_OK)).resolves.toBeUndefined();
    await expect(access(join(home, 'src'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('explains itself', async () => {
    const { code, stdout } = await stoppoint('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Exit codes:');
  });

  it('plans: a plan file that is wrong is told line by line, and a project that does not run by name', async () => {
    await writeFile(join(empty, 'stoppoint.yaml'), 'version: 1\ndeployment: demo\nwindow:\n  budge: 3s\n');
    const wrong = await stoppoint('plan');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/stoppoint\.yaml:4:\d+: window\.budge: unknown key/);
    await writeFile(join(empty, 'stoppoint.yaml'), MINIMAL);
    await writeFile(join(empty, 'docker-compose.yml'), 'services: { web: { image: "none" } }\n');
    expect(await stoppoint('plan')).toMatchObject({ code: 2, stderr: expect.stringContaining('PROJECT_NOT_RUNNING') });
  });
});

const MINIMAL = `
version: 1
deployment: sp-package-test
projects:
  app: { directory: ., running: sp-package-test }
  database: { directory: ., running: sp-package-test-base, kind: supabase-self-hosted }
environments:
  production: { project: p, folder: p }
  staging: { project: s, folder: s, database-project: sb, database-folder: sb }
schema: { snapshot: schema.sql }
isolation:
  write: { service: web, port: 80, path: /, json: {} }
  look: { table: public.t, column: c }
`;
