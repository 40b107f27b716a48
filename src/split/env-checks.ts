import { digestText } from '../record/digest.js';
import type { CheckResult } from '../plan/checks.js';
import { checklist } from './checklist.js';
import type { EnvPicture } from './env-picture.js';
import { gatewayProblems } from './gateway-addresses.js';
import { portsOfHost } from './redirect.js';

import { isPlaceholder, isSecretLike } from './secret-like.js';
import { verdict } from './verdict.js';

/** The verdicts on one environment's env files. Keys and files are named, values never. */
export function checkEnvFiles(picture: EnvPicture): readonly CheckResult[] {
  const { environment } = picture;
  const both = [appEnv(picture), noPlaceholder(picture), ports(picture), databaseUrl(picture)];
  const own =
    environment === 'staging'
      ? [noProductionSecret(picture), noProductionAddress(picture), sideEffectsOff(picture)]
      : [sideEffectsKept(picture)];
  return [...both, ...own, ...checklist(picture)];
}

function appEnv({ root, target }: EnvPicture): CheckResult {
  return verdict('app-env', `APP_ENV is '${target.label}'`, root.values.get('APP_ENV') === target.label ? [] : [root.path]);
}

function noPlaceholder({ root, components }: EnvPicture): CheckResult {
  const all = [root, ...components].flatMap(({ path, values }) => [...values].map(([key, value]) => ({ path, key, value })));
  const bad = all.filter(({ value }) => isPlaceholder(value)).map(({ path, key }) => `${path}: ${key}`);
  return verdict('no-placeholder', 'no value is a placeholder', bad, all.length);
}

function ports({ root, target, environment, livePorts }: EnvPicture): CheckResult {
  const limit = environment === 'production' ? "every port is today's" : "no port is one of production's";
  const bad = target.ports.filter(({ variable, published }) => {
    const isLive = livePorts.has(published);
    return root.values.get(variable) !== String(published) || isLive !== (environment === 'production');
  });
  return verdict(
    'ports',
    limit,
    bad.map(({ variable }) => variable),
  );
}

function databaseUrl(picture: EnvPicture): CheckResult {
  const { problems, looked } = gatewayProblems(picture);
  return verdict('database-url', "every address of the database is the environment's own gateway", problems, looked);
}

function noProductionSecret({ root, components, live, shared }: EnvPicture): CheckResult {
  const liveSecrets = [live.root, live.database, ...live.components.map(({ values }) => values)].flatMap((values) =>
    [...values].filter(([key, value]) => isSecretLike(key, value)).map(([, value]) => digestText(value)),
  );
  const known = new Set(liveSecrets);
  const all = [root, ...components].flatMap(({ path, values }) => [...values].map(([key, value]) => ({ path, key, value })));
  const bad = all.filter(({ key, value }) => !shared.includes(key) && value !== '' && known.has(digestText(value)));
  const names = bad.map(({ path, key }) => `${path}: ${key}`);
  const limit = `no value is one of production's secrets${shared.length > 0 ? `, but ${shared.join(', ')}` : ''}`;
  return verdict('no-production-secret', limit, names, known.size);
}

function noProductionAddress({ root, components, livePorts }: EnvPicture): CheckResult {
  const all = [root, ...components].flatMap(({ path, values }) => [...values].map(([key, value]) => ({ path, key, value })));
  const bad = all.filter(({ value }) => portsOfHost(value).some((port) => livePorts.has(port)));
  return verdict(
    'no-production-address',
    "no address names one of production's ports",
    bad.map(({ path, key }) => `${path}: ${key}`),
    all.length,
  );
}

const SIDE_EFFECT = /^(?:ENABLE_(?:BROADCAST|DMS?)(?:_|$)|(?:BROADCAST|DMS?)_ENABLED$)/;
const isOff = (value: string) => /^(?:|0|false|no|off)$/i.test(value.trim());

function sideEffectsOff({ root, components }: EnvPicture): CheckResult {
  const toggles = [root, ...components].flatMap(({ path, values }) =>
    [...values].filter(([key]) => SIDE_EFFECT.test(key)).map(([key, value]) => ({ path, key, value })),
  );
  const bad = toggles.filter(({ value }) => !isOff(value)).map(({ path, key }) => `${path}: ${key}`);
  return verdict('side-effects-off', 'broadcasts and direct messages are off', bad);
}

function sideEffectsKept({ components, live }: EnvPicture): CheckResult {
  const bad = components.flatMap(({ path, values }, n) =>
    [...values]
      .filter(([key, value]) => SIDE_EFFECT.test(key) && live.components[n]?.values.get(key) !== value)
      .map(([key]) => `${path}: ${key}`),
  );
  return verdict('side-effects-kept', "broadcasts and direct messages are as today's production has them", bad);
}
