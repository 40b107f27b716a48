import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { findCompose } from '../../../src/world/compose.js';
import { runCommand } from '../../../src/world/run-command.js';

const FILE = fileURLToPath(new URL('../../../docker-compose.temporal.yml', import.meta.url));

interface Model {
  readonly services: {
    readonly [name: string]: {
      readonly image: string;
      readonly ports?: readonly { host_ip?: string }[];
      readonly volumes?: readonly object[];
      readonly command?: readonly string[];
    };
  };
  readonly volumes: { readonly [key: string]: { readonly name: string } };
}

async function config(env: { [name: string]: string }): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const args = ['-f', FILE, 'config', '--format', 'json'];
  return await runCommand(
    { file: await findCompose(), args, env: { PATH: process.env['PATH'] ?? '', ...env }, extendEnv: false },
    { accept: [1, 15] },
  );
}

describe('docker-compose.temporal.yml', () => {
  it('has no default password', async () => {
    const { exitCode, stderr } = await config({});
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('TEMPORAL_POSTGRES_PASSWORD is missing a value');
  });

  it('resolves to pinned images, loopback ports, a named volume and 90 days of retention', async () => {
    const { exitCode, stdout } = await config({ TEMPORAL_POSTGRES_PASSWORD: 'x' });
    expect(exitCode).toBe(0);
    const { services, volumes } = JSON.parse(stdout) as Model;
    for (const { image } of Object.values(services)) expect(image).toMatch(/:\d+\.\d+(\.\d+)?$/);
    const ports = Object.values(services).flatMap(({ ports: own }) => own ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const { host_ip: ip } of ports) expect(ip).toBe('127.0.0.1');
    expect(volumes).toMatchObject({ postgres: { name: 'stoppoint-temporal-postgres' } });
    expect(services['postgresql']?.volumes).toMatchObject([{ type: 'volume', source: 'postgres', target: '/var/lib/postgresql/data' }]);
    expect(services['namespace']?.command?.join('\n')).toContain('--retention 2160h');
  });
});
