import { describe, expect, it } from '@jest/globals';
import { asStoppointError, errorText } from '../../../src/cli/error-text.js';
import { StoppointError } from '../../../src/plan/diagnostic.js';

describe('an error', () => {
  it('lists every problem with file, line and column', () => {
    const problems = [
      { file: 'stoppoint.yaml', line: 3, column: 5, path: 'window.budge', message: "unknown key 'budge'" },
      { file: 'stoppoint.yaml', line: null, column: null, path: '', message: 'the plan file was changed since' },
    ];
    const error = new StoppointError('PLAN_FILE_INVALID', "'stoppoint.yaml' has 2 problems", { problems });
    expect(errorText(error)).toBe(
      [
        "stoppoint: 'stoppoint.yaml' has 2 problems (PLAN_FILE_INVALID)",
        "  stoppoint.yaml:3:5: window.budge: unknown key 'budge'",
        '  stoppoint.yaml: the plan file was changed since',
        'next: mend the named keys and run the command again',
        '',
      ].join('\n'),
    );
  });

  it('from an engine that is gone is told as such, not as a socket error', () => {
    const gone = Object.assign(new Error('connect ENOENT /var/run/docker.sock'), {
      code: 'ENOENT',
      syscall: 'connect',
      address: '/var/run/docker.sock',
    });
    expect(asStoppointError(gone)).toMatchObject({ code: 'DOCKER_UNREACHABLE', exitCode: 7 });
  });

  it('without a code keeps its message and fails with 1', () => {
    expect(asStoppointError(new Error('odd'))).toMatchObject({ code: 'UNEXPECTED', message: 'odd', exitCode: 1 });
  });
});
