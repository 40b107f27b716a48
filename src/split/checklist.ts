import type { CheckResult } from '../plan/checks.js';
import { type EnvPicture, valuesOf } from './env-picture.js';
import { gatewayProblems } from './gateway-addresses.js';
import { isPlaceholder } from './secret-like.js';
import { verdict } from './verdict.js';

/** The paper plan's §4.5, line by line, with what a line means where its literal port or suffix is wrong (B1, D5). */
export function checklist(picture: EnvPicture): readonly CheckResult[] {
  const id = (line: number) => `4.5.${picture.environment}.${line}`;
  return picture.environment === 'staging' ? stagingLines(picture, id) : productionLines(picture, id);
}

type Id = (line: number) => string;

function stagingLines(picture: EnvPicture, id: Id): readonly CheckResult[] {
  const { root, target } = picture;
  const off = (key: string) => unlike(picture, key, (value) => /^(?:|0|false|no|off)$/i.test(value));
  return [
    verdict(id(1), `APP_ENV is '${target.label}'`, root.values.get('APP_ENV') === target.label ? [] : ['APP_ENV']),
    gatewayLine(picture, id(2)),
    line(picture, id(3), 'AGGREGATOR_CHANNEL_ID', 'is not the live one', differs(picture, 'AGGREGATOR_CHANNEL_ID')),
    line(picture, id(4), 'GROUP_BOT_TOKEN', 'is not the live one', differs(picture, 'GROUP_BOT_TOKEN')),
    line(picture, id(5), 'DM_BOT_TOKEN', 'is empty, or not the live one', differs(picture, 'DM_BOT_TOKEN', { mayBeEmpty: true })),
    line(picture, id(6), 'ENABLE_BROADCAST', 'is off', off('ENABLE_BROADCAST')),
    line(picture, id(7), 'ENABLE_DMS', 'is off', off('ENABLE_DMS')),
    backendPort(picture, id(8), "is not one of production's", (isLive) => !isLive),
  ];
}

function productionLines(picture: EnvPicture, id: Id): readonly CheckResult[] {
  const { root, target } = picture;
  const asToday = (key: string) =>
    valuesOf(picture.components, key).join('\n') === valuesOf(picture.live.components, key).join('\n') ? [] : [key];
  return [
    verdict(id(1), `APP_ENV is '${target.label}'`, root.values.get('APP_ENV') === target.label ? [] : ['APP_ENV']),
    gatewayLine(picture, id(2)),
    line(picture, id(3), 'AGGREGATOR_CHANNEL_ID', 'is the live one', asToday('AGGREGATOR_CHANNEL_ID')),
    line(picture, id(4), 'GROUP_BOT_TOKEN', 'is the live one', asToday('GROUP_BOT_TOKEN')),
    line(picture, id(5), 'DM_BOT_TOKEN', 'is the live one', asToday('DM_BOT_TOKEN')),
    line(
      picture,
      id(6),
      'AUTH_REQUIRED',
      'is on',
      unlike(picture, 'AUTH_REQUIRED', (value) => /^(?:1|true|yes|on)$/i.test(value)),
    ),
    line(
      picture,
      id(7),
      'ADMIN_API_KEY',
      'is set and no placeholder',
      unlike(picture, 'ADMIN_API_KEY', (value) => value.length >= 16 && !isPlaceholder(value)),
    ),
    backendPort(picture, id(8), "is today's", (isLive) => isLive),
  ];
}

function gatewayLine(picture: EnvPicture, id: string): CheckResult {
  const { problems, looked } = gatewayProblems(picture);
  return verdict(id, "addresses of the database are the environment's own gateway", problems, looked);
}

/** A key that today's deployment has nowhere has nothing to be wrong with: said, and passed. */
function line({ live }: EnvPicture, id: string, key: string, demand: string, bad: readonly string[]): CheckResult {
  if (valuesOf(live.components, key).length === 0)
    return { id, verdict: 'pass', limit: `${key} ${demand}`, live: `this deployment has no ${key}` };
  return verdict(id, `${key} ${demand}`, bad);
}

function unlike({ components }: EnvPicture, key: string, isRight: (value: string) => boolean): readonly string[] {
  const values = valuesOf(components, key);
  return values.length > 0 && values.every(isRight) ? [] : [key];
}

/** From every live value, wherever it stands: swapping two live tokens is no separation. */
function differs({ components, live }: EnvPicture, key: string, { mayBeEmpty = false } = {}): readonly string[] {
  const today = new Set(live.components.flatMap(({ values }) => [...values.values()]).filter(Boolean));
  const values = valuesOf(components, key);
  const isRight = (value: string) => (value === '' ? mayBeEmpty : !today.has(value));
  return values.length > 0 && values.every(isRight) ? [] : [key];
}

function backendPort(
  { root, target, livePorts }: EnvPicture,
  id: string,
  demand: string,
  isRight: (isLive: boolean) => boolean,
): CheckResult {
  const port = target.ports.find(({ variable }) => variable === 'BACKEND_PORT') ?? target.ports[0];
  if (!port) return { id, verdict: 'pass', limit: `the backend's port ${demand}`, live: 'this deployment publishes no port' };
  const value = Number(root.values.get(port.variable));
  return verdict(id, `${port.variable} ${demand}`, isRight(livePorts.has(value)) && value === port.published ? [] : [port.variable]);
}
