import type { ObservedPort } from '../plan/observed.js';
import type { PortAssignment } from '../plan/target.js';
import { upperName } from './variable-names.js';

interface Publisher {
  readonly name: string;
  readonly ports: readonly ObservedPort[];
}

/**
 * The published ports of one environment, in the order of the services. `keep` publishes what is published today;
 * `next-free` takes for each port the first higher one that is neither taken nor assigned before it.
 */
export function assignPorts(services: readonly Publisher[], taken: ReadonlySet<number>, mode: 'keep' | 'next-free'): PortAssignment[] {
  const assigned = new Set<number>();
  const variables = new Set<string>();
  return services.flatMap((service) => {
    const ports = distinct(service.ports);
    return ports.map((port): PortAssignment => {
      const published =
        mode === 'keep' ? port.published : nextFree(port.published, (candidate) => taken.has(candidate) || assigned.has(candidate));
      assigned.add(published);
      const variable = unused(variableOf(service.name, port, ports.length === 1), variables);
      variables.add(variable);
      return { service: service.name, target: port.target, protocol: port.protocol, hostIp: port.hostIp, published, variable };
    });
  });
}

/** Docker lists a port without host address twice, for IPv4 and for IPv6: it is one port. */
function distinct(ports: readonly ObservedPort[]): readonly ObservedPort[] {
  const seen = new Map<string, ObservedPort>();
  for (const port of ports) {
    const everywhere = ['', '0.0.0.0', '::'].includes(port.hostIp);
    const key = [everywhere ? '' : port.hostIp, port.published, port.target, port.protocol].join(' ');
    if (!seen.has(key)) seen.set(key, port);
  }
  return [...seen.values()];
}

/**
 * Linux lends ports from here on to outgoing connections: one of these can be gone whenever its container starts
 * (seen: a second Supabase on 54324 refused by a client's own socket). Windows reserves blocks still higher up.
 */
const LENT_FROM = 32_768;
const BELOW_LENT = 30_000;

function nextFree(original: number, isTaken: (port: number) => boolean): number {
  const from = original < LENT_FROM ? original + 1 : Math.max(1024, original - BELOW_LENT);
  for (let port = from; port <= 65_535; port += 1) if (!isTaken(port)) return port;
  // The top of the range is full: look from where unprivileged ports begin.
  for (let port = 1024; port < original; port += 1) if (!isTaken(port)) return port;
  throw new RangeError(`no port is free for ${original}`);
}

function variableOf(service: string, port: ObservedPort, isOnlyOne: boolean): string {
  if (isOnlyOne) return `${upperName(service)}_PORT`;
  return `${upperName(service)}_${port.target}${port.protocol === 'tcp' ? '' : `_${port.protocol.toUpperCase()}`}_PORT`;
}

function unused(name: string, used: ReadonlySet<string>): string {
  if (!used.has(name)) return name;
  for (let n = 2; ; n += 1) if (!used.has(`${name}_${n}`)) return `${name}_${n}`;
}
