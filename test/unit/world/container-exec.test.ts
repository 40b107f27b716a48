import { expect, test } from '@jest/globals';
import { execInContainer, execInvocation } from '../../../src/world/container-exec.js';

test('values of variables are in no argument; docker reads them from our environment', () => {
  const program = { container: 'db', command: ['psql', '-c', 'x'], env: { PGPASSWORD: 'hidden' }, user: '5:6', input: '' };
  expect(execInvocation(program, 'run/step')).toEqual({
    file: 'docker',
    args: ['exec', '-i', '-u', '5:6', '-e', 'PGPASSWORD', '-e', 'STOPPOINT_TAG', 'db', 'psql', '-c', 'x'],
    env: { PGPASSWORD: 'hidden', STOPPOINT_TAG: 'run/step' },
    input: '',
  });
});

test('a program without input gets no standard input', () => {
  expect(execInvocation({ container: 'db', command: ['true'] }).args).toEqual(['exec', 'db', 'true']);
});

test('an error names container and program, not what the program was told', async () => {
  const program = { container: 'no-such-container', command: ['sh', '-c', 'echo hidden', 'sh', '/usr/bin/pg_dump', 'hidden'] };
  await expect(execInContainer(program)).rejects.toThrow(/^'pg_dump in container no-such-container.*' ended with [^']*$/);
});
