import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../../src/world/run-command.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sp-command-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('output that goes into a file is not cut where memory would end', async () => {
  const stdoutFile = join(folder, 'large');
  const bytes = 250_000_000;
  const { stdout } = await runCommand({ file: 'head', args: ['-c', String(bytes), '/dev/zero'] }, { stdoutFile });
  expect(stdout).toBe('');
  expect((await stat(stdoutFile)).size).toBe(bytes);
});
