import { describe, expect, test } from '@jest/globals';
import { checkEnvFiles } from '../../../src/split/env-checks.js';
import type { EnvPicture } from '../../../src/split/env-picture.js';
import { isPlaceholder, isSecretLike } from '../../../src/split/secret-like.js';

const BOT = `123456789:${'A'.repeat(35)}`;
const LIVE = {
  SUPABASE_URL: 'http://localhost:54321',
  SUPABASE_URL_DOCKER: 'http://supabase-kong:8000',
  GROUP_BOT_TOKEN: BOT,
  DM_BOT_TOKEN: `223456789:${'A'.repeat(35)}`,
  AGGREGATOR_CHANNEL_ID: '-1001',
  ENABLE_BROADCAST: 'true',
  ENABLE_DMS: 'true',
  AUTH_REQUIRED: 'true',
  ADMIN_API_KEY: 'production-admin-key',
  CREDENTIALS_PATH: '/run/secrets/key.json',
  LOG_LEVEL: 'INFO',
};
const STAGING = {
  ...LIVE,
  SUPABASE_URL: 'http://localhost:54323',
  GROUP_BOT_TOKEN: `323456789:${'B'.repeat(35)}`,
  DM_BOT_TOKEN: '',
  AGGREGATOR_CHANNEL_ID: '-2002',
  ENABLE_BROADCAST: 'false',
  ENABLE_DMS: 'false',
  ADMIN_API_KEY: 'staging-admin-key',
};

function picture(
  environment: 'staging' | 'production',
  component: { readonly [key: string]: string },
  more: Partial<EnvPicture> = {},
): EnvPicture {
  const label = environment === 'staging' ? 'staging' : 'prod';
  const published = environment === 'staging' ? 8001 : 8000;
  const live = { hosts: ['kong', 'supabase-kong'], port: 8000, published: [54_321] };
  return {
    environment,
    target: {
      environment,
      project: `app-${label}`,
      folder: '/env',
      label,
      envSuffix: label,
      ports: [{ service: 'backend', target: 8000, published, protocol: 'tcp', hostIp: '', variable: 'BACKEND_PORT' }],
      volumes: {},
      databaseNetwork: 'net',
      stateHome: '/env/.state',
    },
    root: {
      path: `.env.${label}`,
      values: new Map([
        ['APP_ENV', label],
        ['BACKEND_PORT', String(published)],
      ]),
    },
    components: [{ path: `app/.env.${label}`, values: new Map(Object.entries(component)) }],
    live: {
      root: new Map(),
      components: [{ path: 'app/.env', values: new Map(Object.entries(LIVE)) }],
      database: new Map([['SERVICE_ROLE_KEY', 'eyJa.eyJb.production']]),
    },
    gateway: { live, own: environment === 'staging' ? { ...live, published: [54_323] } : live },
    livePorts: new Set([8000, 54_321, 54_322]),
    shared: [],
    ...more,
  };
}

const failed = (one: EnvPicture) =>
  checkEnvFiles(one)
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ id }) => id);

describe("the checks of staging's env files", () => {
  test('separate files pass them all', () => {
    expect(failed(picture('staging', STAGING))).toEqual([]);
  });

  test.each([
    [{ SUPABASE_URL: 'http://localhost:54321' }, ['database-url', 'no-production-address', '4.5.staging.2']],
    // The paper plan's own "staging port" is production's database (B1).
    [{ SUPABASE_URL: 'http://localhost:54322' }, ['database-url', 'no-production-address', '4.5.staging.2']],
    [{ SUPABASE_URL_DOCKER: 'http://supabase-kong-staging:8000' }, ['database-url', '4.5.staging.2']],
    [{ AGGREGATOR_CHANNEL_ID: '-1001' }, ['4.5.staging.3']],
    [{ GROUP_BOT_TOKEN: BOT }, ['no-production-secret', '4.5.staging.4']],
    [{ GROUP_BOT_TOKEN: LIVE.DM_BOT_TOKEN }, ['no-production-secret', '4.5.staging.4']],
    [{ GROUP_BOT_TOKEN: '' }, ['4.5.staging.4']],
    [{ DM_BOT_TOKEN: LIVE.DM_BOT_TOKEN }, ['no-production-secret', '4.5.staging.5']],
    [{ ENABLE_BROADCAST: 'true' }, ['side-effects-off', '4.5.staging.6']],
    [{ ENABLE_DMS: 'yes' }, ['side-effects-off', '4.5.staging.7']],
    [{ ENABLE_BROADCAST_TRACKING: '1' }, ['side-effects-off']],
    [{ ADMIN_API_KEY: 'production-admin-key' }, ['no-production-secret']],
    [{ HIDDEN: 'eyJa.eyJb.production' }, ['no-production-secret']],
    [{ ADMIN_API_KEY: '<STAGING_ADMIN_KEY>' }, ['no-placeholder']],
    [{ METRICS: 'http://host.docker.internal:8000/x' }, ['no-production-address']],
  ])('%j turns %j red', (changed, expected) => {
    expect(failed(picture('staging', { ...STAGING, ...changed }))).toEqual(expected);
  });

  test('a lost key is red where production has it', () => {
    const { GROUP_BOT_TOKEN: _, SUPABASE_URL: __, ...rest } = STAGING;
    expect(failed(picture('staging', rest))).toEqual(['database-url', '4.5.staging.2', '4.5.staging.4']);
  });

  test("production's port or label in the root file is red", () => {
    const root = {
      path: '.env.staging',
      values: new Map([
        ['APP_ENV', 'prod'],
        ['BACKEND_PORT', '8000'],
      ]),
    };
    expect(failed(picture('staging', STAGING, { root }))).toEqual(['app-env', 'ports', '4.5.staging.1', '4.5.staging.8']);
  });

  test('what is shared on purpose is named in the limit', () => {
    const checks = checkEnvFiles(picture('staging', { ...STAGING, ADMIN_API_KEY: LIVE.ADMIN_API_KEY }, { shared: ['ADMIN_API_KEY'] }));
    expect(checks.find(({ id }) => id === 'no-production-secret')).toMatchObject({
      verdict: 'pass',
      limit: expect.stringContaining('ADMIN_API_KEY'),
    });
  });

  test('a deployment without any address of the database is no proof', () => {
    const none = picture('staging', {}, { live: { root: new Map(), components: [], database: new Map() } });
    expect(checkEnvFiles(none).find(({ id }) => id === 'database-url')?.verdict).toBe('cannot tell');
    expect(checkEnvFiles(none).find(({ id }) => id === 'no-production-secret')?.verdict).toBe('cannot tell');
  });

  test('no check shows a value', () => {
    const shown = JSON.stringify(checkEnvFiles(picture('staging', LIVE)));
    for (const value of [BOT, LIVE.DM_BOT_TOKEN, LIVE.ADMIN_API_KEY, '-1001']) expect(shown).not.toContain(value);
  });
});

describe("the checks of production's env files", () => {
  test("today's values pass them all", () => {
    expect(failed(picture('production', LIVE))).toEqual([]);
  });

  test.each([
    [{ SUPABASE_URL: 'http://localhost:54323' }, ['database-url', '4.5.production.2']],
    [{ AGGREGATOR_CHANNEL_ID: '-2002' }, ['4.5.production.3']],
    [{ GROUP_BOT_TOKEN: '' }, ['4.5.production.4']],
    [{ DM_BOT_TOKEN: BOT }, ['4.5.production.5']],
    [{ AUTH_REQUIRED: 'false' }, ['4.5.production.6']],
    [{ ADMIN_API_KEY: 'short' }, ['4.5.production.7']],
    [{ ENABLE_DMS: 'false' }, ['side-effects-kept']],
  ])('%j turns %j red', (changed, expected) => {
    expect(failed(picture('production', { ...LIVE, ...changed }))).toEqual(expected);
  });

  test('a port that is not today’s is red', () => {
    const root = {
      path: '.env.prod',
      values: new Map([
        ['APP_ENV', 'prod'],
        ['BACKEND_PORT', '8001'],
      ]),
    };
    expect(failed(picture('production', LIVE, { root }))).toEqual(['ports', '4.5.production.8']);
  });
});

describe('what looks like a secret, and what like a placeholder', () => {
  test.each([
    ['GROUP_BOT_TOKEN', BOT, true],
    ['ANYTHING', 'eyJhbGci.eyJyb2xl.sig-nature', true],
    ['ANYTHING', BOT, true],
    ['SENTRY_DSN', 'http://k@h/1', true],
    ['FIREBASE_ADMIN_CREDENTIALS_PATH', '/run/secrets/a.json', false],
    ['USE_KEYS', 'true', false],
    ['TOKEN', '', false],
    ['LOG_LEVEL', 'INFO', false],
  ])('%s=%s: %s', (key, value, expected) => {
    expect(isSecretLike(key, value)).toBe(expected);
  });

  test.each(['<STAGING_KEY>', '[generate_secure_password]', 'changeme', 'change-me', 'your-tenant-id', 'TODO'])(
    '%s is a placeholder',
    (value) => {
      expect(isPlaceholder(value)).toBe(true);
    },
  );

  test.each(['', 'a<b>', '[1,2]', 'yours', 'INFO'])('%j is none', (value) => {
    expect(isPlaceholder(value)).toBe(false);
  });
});
