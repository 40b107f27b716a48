import { describe, expect, it } from '@jest/globals';
import { differences } from '../../../src/report/difference.js';

const names = { before: 'then', after: 'now' };

describe('differences', () => {
  it('are none between equal values', () => {
    expect(differences({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, names)).toEqual([]);
  });

  it('name the place by the names of things, not by their position', () => {
    const before = [
      {
        name: 'app',
        services: [
          { name: 'web', imageId: 'a' },
          { name: 'db', imageId: 'b' },
        ],
      },
    ];
    const after = [
      {
        name: 'app',
        services: [
          { name: 'new', imageId: 'n' },
          { name: 'web', imageId: 'c' },
          { name: 'db', imageId: 'b' },
        ],
      },
    ];
    expect(differences(before, after, names)).toEqual([
      'app.services.web.imageId: then "a", now "c"',
      'app.services.new: then nothing, now {"name":"new","imageId":"n"}',
    ]);
  });

  it('are counted past the first twenty', () => {
    const lines = differences(
      Array.from({ length: 30 }, () => 0),
      Array.from({ length: 30 }, () => 1),
      names,
    );
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('and 10 more');
  });
});
