import { expect, test } from '@jest/globals';
import { compareEndStates, type EndState } from '../../../src/report/end-state.js';

const web = { name: 'demo-web-1', running: true, restart: 'always', mounts: ['data:/data'], networks: ['demo'], ports: ['8000'] };
const ended: EndState = {
  containers: { 'demo/web': web },
  leftovers: [],
  networks: ['demo'],
  volumes: ['data'],
  files: { 'prod/.env': 'A B' },
  legacyEnvFiles: [],
};

test('two runs that ended alike differ in nothing', () => {
  expect(compareEndStates(ended, structuredClone(ended))).toEqual([]);
});

test('what is other, more or less is one line each, with its place', () => {
  const other: EndState = {
    ...ended,
    containers: { 'demo/web': { ...web, running: false } },
    leftovers: ['sp-1-dump'],
    volumes: [],
    files: { 'prod/.env': 'A', 'prod/.env.bak': 'A' },
  };
  expect(compareEndStates(ended, other)).toEqual([
    'containers.demo/web.running: true → false',
    'files.prod/.env: A B → A',
    'files.prod/.env.bak: nothing → A',
    'leftovers.0: nothing → sp-1-dump',
    'volumes.0: data → nothing',
  ]);
});

test('a container that is missing is told field by field, never passed over', () => {
  expect(compareEndStates(ended, { ...ended, containers: {} })).toContain('containers.demo/web.name: demo-web-1 → nothing');
});
