import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openCompose, section } from '../../../src/compose/document.js';
import { writeDotenv } from '../../../src/compose/dotenv-write.js';
import type { ComposeModel } from '../../../src/compose/model.js';
import { assignPorts } from '../../../src/compose/ports.js';
import { imageVariable, volumeVariable } from '../../../src/compose/variable-names.js';
import { interpolatedVariables } from '../../../src/split/interpolations.js';
import { rewriteCompose } from '../../../src/split/rewrite-compose.js';
import { composeModel, runCompose } from '../../../src/world/compose.js';

const SAMPLE = 'examples/tutordex/app/docker-compose.yml';
const KEY_FILE = 'TutorDexBackend/secrets/firebase-admin-service-account.json';
const lookup = (name: string) => (({ OTEL_ENABLED: '1', GRAFANA_ADMIN_PASSWORD: "pa$$'word" }) as { [name: string]: string })[name];
let folder: string;
let before: ComposeModel;
let after: ComposeModel;
let project: { project: string; directory: string; files: string[]; envFile: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sp-rewrite-'));
  const text = await readFile(SAMPLE, 'utf8');
  const file = openCompose(text);
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
    return join(folder, path);
  };
  for (const suffix of ['', '.prod'])
    for (const part of ['TutorDexAggregator', 'TutorDexBackend']) await write(`${part}/.env${suffix}`, "ONLY_HERE='a$b'\n");
  const original = await write('docker-compose.yml', text);
  const live = {
    project: 'live',
    directory: folder,
    files: [original],
    envFile: await write(
      'live.env',
      writeDotenv([
        ['OTEL_ENABLED', '1'],
        ['GRAFANA_ADMIN_PASSWORD', lookup('GRAFANA_ADMIN_PASSWORD') ?? ''],
      ]),
    ),
  };
  before = (await composeModel(live)).interpolated;
  const services = Object.entries(before.services).map(([name, { ports }]) => ({
    name,
    ports: (ports ?? []).map(({ target, published, protocol }) => ({
      target,
      published: Number(published),
      protocol: protocol ?? 'tcp',
      hostIp: '',
    })),
  }));
  const ports = assignPorts(services, 'keep');
  const volumes = section(file, 'volumes').map(({ name }) => name);
  const { text: rewritten } = rewriteCompose(text, {
    directory: folder,
    lookup,
    ports,
    volumes: new Set(volumes),
    images: new Set(Object.keys(before.services)),
    databaseNetworks: new Set(['supabase_default']),
    state: ['TutorDexAggregator/state'],
    secretFiles: [KEY_FILE],
    mayBeEmpty: new Set(),
  });
  const env = writeDotenv([
    ...interpolatedVariables(file, lookup),
    ['APP_ENV', 'prod'],
    ['COMPOSE_PROJECT_NAME', 'new'],
    ['DATABASE_NETWORK', 'new_database'],
    ['STATE_HOME', '/live/state'],
    ...ports.map(({ variable, published }): [string, string] => [variable, String(published)]),
    ...volumes.map((key): [string, string] => [volumeVariable(key), `live_${key}`]),
    ...Object.keys(before.services).map((name): [string, string] => [imageVariable(name), `pinned-${name}:1`]),
  ]);
  project = { project: 'new', directory: folder, files: [await write('rewritten.yml', rewritten)], envFile: await write('new.env', env) };
  after = (await composeModel(project)).interpolated;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the sample's compose file, rewritten and read by Compose itself", () => {
  test('every service is as before, but for its image, its environment and what was shared', () => {
    const common = (model: ComposeModel) =>
      Object.entries(model.services).map(([name, service]) => {
        const { image, build, environment, volumes, ...rest } = service as typeof service & { build?: unknown };
        const values = Object.entries(environment ?? {}).filter(([key]) => key !== 'APP_ENV');
        const mounts = (volumes ?? [])
          .filter(({ source }) => !source?.startsWith('/live/state'))
          .map(({ type, source, target, read_only }) => ({ type, source, target, read_only }));
        return { name, ...rest, values, mounts, isRunnable: image !== undefined || build !== undefined };
      });
    expect(common(after)).toEqual(common(before));
  });

  test('whoever had an env file is told its environment, and every image is pinned', () => {
    const told = Object.entries(after.services).filter(([, { environment }]) => environment?.['APP_ENV'] === 'prod');
    expect(told).toHaveLength(7);
    for (const [name, { image }] of Object.entries(after.services)) expect(image).toBe(`pinned-${name}:1`);
    expect(after.services['backend']?.environment).toMatchObject({ ONLY_HERE: 'a$b', OTEL_ENABLED: '1' });
    expect(after.services['grafana']?.environment).toMatchObject({ GF_SECURITY_ADMIN_PASSWORD: "pa$$'word" });
  });

  test('volumes are the adopted ones, networks the own ones, state is bound from its place', () => {
    expect(after.volumes?.['redis_data']).toMatchObject({ name: 'live_redis_data', external: true });
    expect(after.networks?.['tutordex']?.name).toBe('new_tutordex');
    expect(after.networks?.['supabase_net']).toMatchObject({ name: 'new_database', external: true });
    const state = Object.values(after.services).flatMap(({ volumes }) => (volumes ?? []).filter(({ target }) => target === '/app/state'));
    expect(state.map(({ source }) => source)).toEqual(Array.from({ length: 4 }, () => '/live/state/TutorDexAggregator/state'));
  });

  test('without its env file, or without one single variable of it, Compose refuses', async () => {
    const lines = (await readFile(project.envFile, 'utf8')).split('\n').filter(Boolean);
    for (const missing of [
      ...lines.filter((line) =>
        /^(APP_ENV|BACKEND_PORT|DATABASE_NETWORK|REDIS_IMAGE|REDIS_DATA_VOLUME|ENVIRONMENT|STATE_HOME)=/.test(line),
      ),
      '',
    ]) {
      const kept = missing === '' ? [] : lines.filter((line) => line !== missing);
      const envFile = join(folder, 'less.env');
      await writeFile(envFile, kept.join('\n'));
      const { exitCode } = await runCompose({ ...project, envFile }, ['config', '--quiet'], { accept: [1, 14, 15, 16] });
      expect([missing.split('=')[0], exitCode === 0]).toEqual([missing.split('=')[0], false]);
    }
  });
});
