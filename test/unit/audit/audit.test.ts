import { describe, expect, test } from '@jest/globals';
import { audit, type Finding, RULES } from '../../../src/audit/audit.js';
import type { Observation, ObservedProject } from '../../../src/plan/observed.js';
import { observation, planFile, service } from '../plan/fixtures/demo.js';

/** A deployment that no rule has anything to say about, with what a test changes. */
function findings(app: Partial<ObservedProject> = {}, secretFiles: readonly string[] = []): readonly Finding[] {
  const seen = observation();
  const clean: Observation = {
    ...seen,
    app: { ...seen.app, envFiles: [], services: [service('web')], volumes: [], networks: [own], ...app },
  };
  const file = planFile();
  const projects = { ...file.projects, app: { ...file.projects.app, 'secret-files': secretFiles.map((path) => ({ path, staging: 's' })) } };
  return audit({ planFile: { ...file, projects }, observation: clean });
}

const own = { key: 'default', name: 'demo_default', external: false };
const bind = (source: string, readOnly = true) => ({ mounts: [{ type: 'bind', source, target: '/in', readOnly }] }) as const;
const port = (hostIp: string) => ({ ports: [{ target: 80, published: 8080, protocol: 'tcp', hostIp }] });
const env = (path: string, services: readonly string[]) => ({ path, sha256: '', keys: [], services });

interface Case {
  readonly code: string;
  readonly bad: readonly [Partial<ObservedProject>, (readonly string[])?];
  readonly object: string;
  readonly clean: readonly [Partial<ObservedProject>, (readonly string[])?];
}

const CASES: readonly Case[] = [
  {
    code: 'A1',
    bad: [{ envFiles: [env('/srv/demo/web/.env', ['web'])] }],
    object: '/srv/demo/web/.env',
    clean: [{ envFiles: [env('/srv/demo/.env', [])] }],
  },
  {
    code: 'A4',
    bad: [{ services: [service('web', bind('/srv/demo/web'))], envFiles: [env('/srv/demo/web/.env', [])] }],
    object: 'web',
    clean: [{ services: [service('web', bind('/srv/demo/web/app'))], envFiles: [env('/srv/demo/web/.env', [])] }],
  },
  {
    code: 'A7',
    bad: [{ services: [service('web', bind('/srv/demo/secrets/key.json'))] }],
    object: 'web',
    clean: [{ services: [service('web', bind('/srv/demo/secrets/key.json'))] }, ['secrets/key.json']],
  },
  {
    code: 'B18',
    bad: [{ networks: [own, { key: 'db', name: 'shared', external: true }] }],
    object: 'shared',
    clean: [{ networks: [own] }],
  },
  {
    code: 'C11',
    bad: [{ services: [service('web', bind('/srv/demo/state', false))] }],
    object: 'web',
    clean: [{ services: [service('web', bind('/srv/demo/state'))] }],
  },
  { code: 'C14', bad: [{ networks: [{ ...own, name: 'literal' }] }], object: 'default', clean: [{ networks: [own] }] },
  { code: 'C15', bad: [{ services: [service('web', { healthcheck: false })] }], object: 'web', clean: [{}] },
  {
    code: 'C16',
    bad: [{ services: [service('web', { restart: 'no' })] }],
    object: 'web',
    clean: [{ services: [service('web', { restart: 'always' })] }],
  },
  {
    code: 'C17',
    bad: [{ services: [service('web', port(''))] }],
    object: 'web',
    clean: [{ services: [service('web', port('127.0.0.1'))] }],
  },
  {
    code: 'D12',
    bad: [{ services: [service('web', bind('/var/run/docker.sock'))] }],
    object: 'web',
    clean: [{ services: [service('web', bind('/var/log'))] }],
  },
];

describe('the audit', () => {
  test.each(CASES)('$code is found, and not in its clean twin', ({ code, bad, object, clean }) => {
    expect(findings(...bad).map((one) => [one.code, one.object])).toEqual([[code, object]]);
    expect(findings(...clean)).toEqual([]);
  });

  test('has a bad and a clean case for every rule', () => {
    expect(CASES.map(({ code }) => code).sort()).toEqual(RULES.map(({ code }) => code).sort());
  });

  test('of a folder next to the deployment that starts with the same letters says nothing', () => {
    expect(findings({ services: [service('web', bind('/srv/demo-other/state', false))] })).toEqual([]);
  });

  test('tells errors first, and what to do next', () => {
    const all = findings({ services: [service('web', { healthcheck: false, restart: 'no', ...bind('/srv/demo/secrets/key.json') })] });
    expect(all.map(({ severity }) => severity)).toEqual(['error', 'warning', 'note']);
    expect(all.every(({ next, message }) => next !== '' && message !== '')).toBe(true);
  });
});
