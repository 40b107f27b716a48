import { MEANINGS } from '../../../src/plan/operations.js';

/** Every step and undo as a word that is said and nothing more: no container is touched. */
export function pretendedActivities(): object {
  const evidence = { facts: {}, checks: [] };
  const kinds = Object.keys(MEANINGS);
  return {
    ...Object.fromEntries(kinds.map((kind) => [kind, async () => ({ evidence, already: false })])),
    ...Object.fromEntries(kinds.map((kind) => [`undo ${kind}`, async () => ({ evidence, how: 'undone' })])),
    'build.id': async () => 'pretended',
    'journal.mirror': async () => undefined,
    'run.finish': async () => undefined,
  };
}
