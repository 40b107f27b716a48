import { assignPorts } from '../compose/ports.js';
import type { Environment } from '../plan/operation.js';
import type { Target } from '../plan/target.js';
import type { Gateway } from './env-picture.js';
import { portMap, type PortMap } from './redirect.js';

/** The gateway of today's database, and the one that an environment has for itself. */
export function gatewaysOf(
  target: Target,
  environment: Environment,
  aliases: readonly string[],
): { readonly live: Gateway; readonly own: Gateway } {
  const { database } = target.planFile.content.projects;
  const port = database['gateway-port'];
  const service = target.observation.database.services.find(({ name }) => name === database.gateway);
  const hosts = [...new Set([database.gateway, ...(service ? [service.containerName] : []), ...aliases])];
  const livePorts = (service?.ports ?? []).filter(({ target: inside }) => inside === port).map(({ published }) => published);
  const live: Gateway = { hosts, port, published: livePorts };
  if (environment === 'production') return { live, own: live };
  const published = target.database.ports
    .filter((one) => one.service === database.gateway && one.target === port)
    .map((one) => one.published);
  return { live, own: { hosts, port, published } };
}

/** Production's published ports of both projects. */
export function livePortsOf({ observation: { app, database } }: Target): ReadonlySet<number> {
  return new Set([...app.services, ...database.services].flatMap(({ ports }) => ports.map(({ published }) => published)));
}

/** Where each of production's published ports has its counterpart in staging; production keeps its own. */
export function portsTo(target: Target, environment: Environment): PortMap {
  if (environment === 'production') return new Map();
  const { app, database } = target.observation;
  const { production, staging } = target.environments;
  return new Map([
    ...portMap(app.services, staging.ports, production.ports),
    ...portMap(database.services, target.database.ports, assignPorts(database.services, 'keep')),
  ]);
}

/** A value of the plan file with its one placeholder: `{{gateway-port}}`. Null when it names another. */
export function filledIn(text: string, { own }: { readonly own: Gateway }): string | null {
  const filled = text.replaceAll('{{gateway-port}}', String(own.published[0] ?? ''));
  return /\{\{[^}]*\}\}/.test(filled) || (text !== filled && own.published.length === 0) ? null : filled;
}
