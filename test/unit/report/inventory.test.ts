import { describe, expect, it } from '@jest/globals';
import { findingsText, isAtLeast } from '../../../src/report/findings-text.js';
import { inventoryText } from '../../../src/report/inventory.js';

const service = {
  name: 'backend',
  containerId: 'c',
  containerName: 'demo-backend-1',
  imageId: 'sha256:1',
  imageRef: 'demo/backend:1',
  command: 'python app.py',
  running: true,
  startedAt: '',
  restart: 'unless-stopped',
  restartCount: 0,
  dependsOn: ['redis'],
  ports: [{ target: 8000, published: 8000, protocol: 'tcp', hostIp: '' }],
  mounts: [
    { type: 'volume', volume: 'demo_data', target: '/data', readOnly: false },
    { type: 'bind', source: '/srv/app', target: '/app', readOnly: true },
  ],
  networks: ['demo'],
  healthcheck: true,
  envKeys: [],
} as const;
const project = { directory: '/srv/app', files: [], envFiles: [], git: null };
const app = {
  ...project,
  name: 'demo',
  services: [service],
  volumes: [{ key: 'data', name: 'demo_data', bytes: 2_000, services: [] }],
  networks: [],
};
const observation = {
  version: 1,
  engine: { version: '28', compose: '2.26', rootFreeBytes: 5e9 },
  app,
  database: { ...project, name: 'base', services: [], volumes: [], networks: [{ key: 'd', name: 'base_default', external: true }] },
  host: { containers: [], volumes: [], networks: [], ports: [] },
} as const;

describe('the inventory', () => {
  it('has a line per service: image, command, dependencies, ports, state', () => {
    const text = inventoryText(observation);
    expect(text).toContain('  backend  demo/backend:1  python app.py  redis       8000→8000  demo_data  unless-stopped');
    expect(text).toContain('volumes: demo_data 2.0 kB');
    expect(text).toContain('base_default (external)');
  });
});

describe('findings', () => {
  const finding = { code: 'A1', severity: 'warning', object: 'env', message: 'shared', next: 'split it' } as const;

  it('are counted and listed with what to do', () => {
    expect(findingsText([finding])).toBe('0 errors, 1 warning, 0 notes\n! A1  env  shared; split it');
  });

  it('fail a command from the named severity upwards', () => {
    expect(isAtLeast('error', 'warning')).toBe(true);
    expect(isAtLeast('note', 'warning')).toBe(false);
  });
});
