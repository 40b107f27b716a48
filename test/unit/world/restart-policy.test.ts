import { describe, expect, test } from '@jest/globals';
import { parseRestart, restartPolicyOf, restartText } from '../../../src/world/restart-policy.js';

/** A container as the engine tells of it. */
const container = (policy?: object) => ({ HostConfig: { RestartPolicy: policy } }) as unknown as Parameters<typeof restartPolicyOf>[0];

describe('a restart policy', () => {
  test.each([
    [{ Name: 'on-failure', MaximumRetryCount: 3 }, 'on-failure:3'],
    [{ Name: 'on-failure', MaximumRetryCount: 0 }, 'on-failure'],
    [{ Name: 'unless-stopped', MaximumRetryCount: 0 }, 'unless-stopped'],
    [{ Name: 'always' }, 'always'],
    [{ Name: '', MaximumRetryCount: 0 }, 'no'],
    [undefined, 'no'],
  ])('%j is written as Compose writes it: %s', (policy, text) => {
    expect(restartText(restartPolicyOf(container(policy)))).toBe(text);
  });

  test.each(['no', 'always', 'unless-stopped', 'on-failure', 'on-failure:3', 'on-failure:12'])(
    '%s is the same after a round trip',
    (text) => {
      expect(restartText(parseRestart(text))).toBe(text);
    },
  );

  test('as an older run plan has it, without a count, is readable', () => {
    expect(parseRestart('on-failure')).toEqual({ Name: 'on-failure', MaximumRetryCount: 0 });
  });
});
