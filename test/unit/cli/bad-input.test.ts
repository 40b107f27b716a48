import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typed } from './support.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sp-input-'));
  await writeFile(join(folder, 'wrong.yaml'), 'version: 1\ndeployment: Demo!\nprojets: {}\n');
  await writeFile(join(folder, 'broken.yaml'), 'version: 1\n  deployment: demo\n');
  await writeFile(join(folder, 'no-plan.json'), '{"version": 1}');
});

afterAll(async () => await rm(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

/** A refusal: exit code, one sentence with its code, the next action, and never a stack. */
async function refusal(...argv: readonly string[]) {
  const { exitCode, out, err } = await typed(argv);
  expect(err).not.toMatch(/\n\s+at |node_modules|\.ts:\d|\.js:\d/);
  expect(err.trimEnd().split('\n').at(-1)).toMatch(/^next: \S/);
  expect(out).toBe('');
  return { exitCode, code: /\(([A-Z_]+)\)$/m.exec(err)?.[1], err };
}

describe('bad input', () => {
  test.each([
    ['no verb', []],
    ['an unknown verb', ['strat']],
    ['an unknown option', ['plan', '--fast']],
    ['a stop point that is missing', ['approve']],
    ['one argument too many', ['status', 'a', 'b', 'c']],
    ['a severity that is none', ['audit', '--fail-on', 'much']],
  ])('%s is a usage error', async (_, argv) => {
    expect(await refusal(...argv)).toMatchObject({ exitCode: 2, code: 'USAGE' });
  });

  test.each(['plan', 'audit', 'start', 'status'])('%s without a plan file says which one is missing', async (verb) => {
    const { exitCode, code, err } = await refusal(verb, '--file', at('none.yaml'));
    expect([exitCode, code]).toEqual([2, 'PLAN_FILE_MISSING']);
    expect(err).toContain('none.yaml');
  });

  test('a plan file with faults tells each with its line and column', async () => {
    const { exitCode, code, err } = await refusal('plan', '--file', at('wrong.yaml'));
    expect([exitCode, code]).toEqual([2, 'PLAN_FILE_INVALID']);
    expect(err).toContain(`${at('wrong.yaml')}:2:13: deployment:`);
    expect(err).toContain(`${at('wrong.yaml')}:3:1: projets: unknown key 'projets'`);
  });

  test('broken YAML tells the place', async () => {
    const { exitCode, code, err } = await refusal('plan', '--file', at('broken.yaml'));
    expect([exitCode, code]).toEqual([2, 'PLAN_FILE_INVALID']);
    expect(err).toMatch(/broken\.yaml:\d+:\d+: /);
  });

  test('a folder in the place of a plan file is told as such, not as a crash', async () => {
    expect(await refusal('plan', '--file', folder)).toMatchObject({ exitCode: 2, code: 'PLAN_FILE_MISSING' });
  });

  test.each(['none.json', 'no-plan.json', 'wrong.yaml'])("'%s' in the place of a saved run plan is refused", async (name) => {
    expect(await refusal('start', at(name))).toMatchObject({ exitCode: 2, code: 'RUN_PLAN_BROKEN' });
  });

  test('with --json the refusal is one document, and nothing else', async () => {
    const { exitCode, out, err } = await typed(['plan', '--json', '--file', at('wrong.yaml')]);
    expect([exitCode, err]).toEqual([2, '']);
    const { kind, code, problems } = JSON.parse(out) as { kind: string; code: string; problems: { path: string; line: number }[] };
    expect([kind, code]).toEqual(['error', 'PLAN_FILE_INVALID']);
    expect(problems.find(({ path }) => path === 'projets')?.line).toBe(3);
  });

  test('leaves nothing behind', async () => {
    expect((await readdir(folder)).sort()).toEqual(['broken.yaml', 'no-plan.json', 'wrong.yaml']);
  });
});
