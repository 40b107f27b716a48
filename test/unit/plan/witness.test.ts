import { expect, test } from '@jest/globals';
import { sentBy } from '../../../src/plan/witness.js';

const asked = { field: 'bot', digests: ['abcdef012345'], since: '2026-01-01T10:00:00Z' };

test('what a named sender sent counts, also with a readable tail behind the digest', () => {
  expect(sentBy([{ bot: 'abcdef012345' }, { bot: 'abcdef012345:tail' }, { bot: '999999999999' }, { bot: null }, {}], asked)).toHaveLength(
    2,
  );
});

test('what was sent before does not count; what has no readable time does', () => {
  const items = [
    { bot: 'abcdef012345', at: '2026-01-01T09:59:59.999Z' },
    { bot: 'abcdef012345', at: '2026-01-01T10:00:00.000Z' },
    { bot: 'abcdef012345', at: 'yesterday' },
  ];
  expect(sentBy(items, asked)).toHaveLength(2);
});
