import { expect, test } from '@jest/globals';
import { endingWith, withMarker } from '../../../src/plan/marker.js';

test('the marker is put in wherever it is named, in texts, lists and keys', () => {
  const body = { id: '{{marker}}', tags: ['a', 'x-{{marker}}-{{marker}}'], '{{marker}}': { n: 1, none: null } };
  expect(withMarker(body, 'sp-1')).toEqual({ id: 'sp-1', tags: ['a', 'x-sp-1-sp-1'], 'sp-1': { n: 1, none: null } });
});

test('a key pattern takes the characters of the suffix as they are', () => {
  expect(endingWith('tutor:[sp*1?]')).toBe(String.raw`*tutor:\[sp\*1\?\]`);
});
