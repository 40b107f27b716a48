import { describe, expect, it } from '@jest/globals';
import { canonical } from '../../../src/record/canonical.js';
import { type Entry, firstBrokenLink, GENESIS, link } from '../../../src/record/chain.js';

function chain(events: readonly string[]): Entry<string>[] {
  const entries: Entry<string>[] = [];
  for (const event of events) entries.push(link({ n: entries.length + 1, at: 1000, event, previous: entries.at(-1)?.hash ?? GENESIS }));
  return entries;
}

describe('the journal', () => {
  it('holds when every entry follows from the one before', () => {
    expect(firstBrokenLink(chain(['a', 'b', 'c']))).toBeNull();
  });

  it('breaks at the entry whose event was changed', () => {
    const entries = chain(['a', 'b', 'c']);
    entries[1] = { ...(entries[1] as Entry<string>), event: 'B' };
    expect(firstBrokenLink(entries)).toBe(2);
  });

  it('breaks when an entry is missing', () => {
    const [first, , third] = chain(['a', 'b', 'c']);
    expect(firstBrokenLink([first, third] as Entry<string>[])).toBe(2);
  });

  it('does not depend on the order of keys', () => {
    expect(canonical({ b: 1, a: [2, { d: 3, c: 4 }] })).toBe('{"a":[2,{"c":4,"d":3}],"b":1}');
  });
});
