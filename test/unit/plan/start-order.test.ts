import { expect, test } from '@jest/globals';
import { startWaves } from '../../../src/plan/start-order.js';

const of = (graph: { readonly [name: string]: readonly string[] }) =>
  startWaves(Object.entries(graph).map(([name, dependsOn]) => ({ name, dependsOn })));

test('what depends on nothing starts first, together', () => {
  expect(of({ web: ['api'], api: ['redis', 'queue'], redis: [], queue: [] })).toEqual([['redis', 'queue'], ['api'], ['web']]);
});

test('a dependency that is no service of the project holds nobody up', () => {
  expect(of({ web: ['elsewhere'] })).toEqual([['web']]);
});

test('a cycle ends up in the last wave, and nobody is left out', () => {
  expect(of({ a: ['b'], b: ['a'], c: [], d: ['a'] })).toEqual([['c'], ['a', 'b', 'd']]);
});

test('no service, no wave', () => {
  expect(of({})).toEqual([]);
});
