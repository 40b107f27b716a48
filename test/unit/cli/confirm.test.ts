import { describe, expect, it } from '@jest/globals';
import { confirm } from '../../../src/cli/confirm.js';
import type { Session } from '../../../src/cli/verb.js';
import { statePaths } from '../../../src/world/state-directory.js';

const session = (answer: string | null): Session => ({
  json: false,
  file: 'stoppoint.yaml',
  paths: statePaths('/s'),
  say: () => undefined,
  io: { env: {}, out: () => undefined, err: () => undefined, isTerminal: answer !== null, ask: async () => answer ?? '' },
});
const change = { deployment: 'demo', what: 'going back' };
const missing = expect.objectContaining({ code: 'CONFIRMATION_MISSING' });

describe('a destructive verb', () => {
  it('needs --yes and the name where nobody can be asked', async () => {
    await expect(confirm(session(null), {}, change)).rejects.toEqual(missing);
    await expect(confirm(session(null), { yes: true }, change)).rejects.toEqual(missing);
    await expect(confirm(session(null), { yes: true, deployment: 'other' }, change)).rejects.toEqual(missing);
    await expect(confirm(session(null), { yes: true, deployment: 'demo' }, change)).resolves.toBeUndefined();
  });

  it('asks for the name in a terminal', async () => {
    await expect(confirm(session('demo'), {}, change)).resolves.toBeUndefined();
    await expect(confirm(session('y'), {}, change)).rejects.toEqual(missing);
  });
});
