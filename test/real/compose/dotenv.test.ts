import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDotenv } from '../../../src/compose/dotenv-write.js';
import { type ComposeModel, unescapeModel } from '../../../src/compose/model.js';
import { composeArgs, CONFIG_INTERPOLATED } from '../../../src/invocations/docker-compose.js';
import { findCompose } from '../../../src/world/compose.js';
import { runCommand } from '../../../src/world/run-command.js';
import { HOSTILE_LINES, HOSTILE_VALUES } from '../../unit/compose/hostile-lines.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sp-dotenv-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('Compose itself reads every hostile line as our parser does', async () => {
  const services = await environments(HOSTILE_LINES.map(([line]) => `${line}\n`));
  expect(services).toEqual(HOSTILE_LINES.map(([, expected]) => expected));
});

test('Compose itself reads back every hostile value that we write', async () => {
  const services = await environments(HOSTILE_VALUES.map((value) => writeDotenv([['P', value]])));
  expect(services.map(({ P }) => P)).toEqual(HOSTILE_VALUES);
});

/** What each env file puts into a container, by one call of the compose binary. */
async function environments(files: readonly string[]): Promise<readonly { readonly [key: string]: unknown }[]> {
  await Promise.all(files.map((text, n) => writeFile(join(folder, `${n}.env`), text)));
  const services = files.map((_, n) => `  s${n}:\n    image: none\n    env_file: ./${n}.env\n`).join('');
  const file = join(folder, 'compose.yml');
  await writeFile(file, `services:\n${services}`);
  const args = composeArgs({ project: 'hostile', directory: folder, files: [file] }, CONFIG_INTERPOLATED);
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/root' };
  const { stdout } = await runCommand({ file: await findCompose(), args, env, extendEnv: false });
  const model = unescapeModel(JSON.parse(stdout) as ComposeModel);
  return files.map((_, n) => model.services[`s${n}`]?.environment ?? {});
}
