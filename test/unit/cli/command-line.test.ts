import { describe, expect, it } from '@jest/globals';
import { VERBS } from '../../../src/cli/program.js';
import { typed } from './support.js';

describe('the command line', () => {
  it('explains itself with exit code 0: verbs, exit codes, an example', async () => {
    const { exitCode, out, err } = await typed(['--help']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    for (const { usage } of VERBS) expect(out).toContain(`  ${usage.split(' ')[0]} `);
    expect(out).toContain('Exit codes:\n  0  done');
    expect(out).toContain('Example:');
  });

  it.each(VERBS.map(({ usage }) => [usage.split(' ')[0] ?? '']))('%s --help has an example of that verb, and --json', async (verb) => {
    const { exitCode, out } = await typed([verb, '--help']);
    expect(exitCode).toBe(0);
    expect(out).toMatch(new RegExp(`Example:\\n {2}\\$ .*stoppoint ${verb}`));
    expect(out).toContain('--json');
  });

  it.each([
    [[], "run 'stoppoint --help'"],
    [['migrate'], "run 'stoppoint --help'"],
    [['approve'], "run 'stoppoint approve --help'"],
    [['status', '--bogus'], "run 'stoppoint status --help'"],
    [['approve', 'SP9', '--attest-all'], "run 'stoppoint --help'"],
  ])('refuses %j with one line, the next action and exit code 2', async (argv, next) => {
    const { exitCode, out, err } = await typed(argv);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(/^stoppoint: [^\n]+ \(USAGE\)\nnext: [^\n]+\n$/);
    expect(err).toContain(next);
  });

  it.each(['watch', 'rehearse', 'skip', 'restore'])('refuses the verb %s, which is not built, by name', async (verb) => {
    const { exitCode, err } = await typed([verb]);
    expect(exitCode).toBe(2);
    expect(err).toContain(`stoppoint: the verb '${verb}' is not built yet (NOT_BUILT)`);
  });

  it('gives a program one document instead, on standard output', async () => {
    const { exitCode, out, err } = await typed(['status', '--json', '--file', '/nonexistent/stoppoint.yaml']);
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: '' });
    expect(JSON.parse(out)).toEqual({
      version: 1,
      kind: 'error',
      code: 'PLAN_FILE_MISSING',
      message: "there is no plan file '/nonexistent/stoppoint.yaml', and no run is known here",
      next: "run 'stoppoint init' or name one with --file",
      problems: [],
    });
  });

  it('shows a stack only when asked for one', async () => {
    const argv = ['status', '--file', '/nonexistent/stoppoint.yaml'];
    expect((await typed(argv)).err).not.toContain('    at ');
    expect((await typed(argv, { env: { STOPPOINT_DEBUG: '1' } })).err).toContain('    at ');
  });
});
