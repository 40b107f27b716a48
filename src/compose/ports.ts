import { StoppointError } from '../plan/diagnostic.js';
import type { ObservedPort } from '../plan/observed.js';
import type { PortAssignment } from '../plan/target.js';
import { upperName } from './variable-names.js';

interface Publisher {
  readonly name: string;
  readonly ports: readonly ObservedPort[];
}

/** What a free port may be. */
export interface FreePorts {
  readonly taken: ReadonlySet<number>;
  /** The lowest port that the kernel lends to outgoing connections, where that is known. */
  readonly lentFrom?: number | undefined;
}

/**
 * The published ports of one environment, in the order of the services. `keep` publishes what is published today;
 * else each port gets the first higher one that is neither taken nor lent nor assigned before it.
 */
export function assignPorts(services: readonly Publisher[], choice: 'keep' | FreePorts): PortAssignment[] {
  const assigned = new Set<number>();
  const variables = new Set<string>();
  return services.flatMap((service) => {
    const ports = distinct(service.ports);
    return ports.map((port): PortAssignment => {
      const published = choice === 'keep' ? port.published : nextFree({ service, port }, choice, assigned);
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
 * Linux lends ports from here on to outgoing connections unless it was told otherwise: one of these can be gone
 * whenever its container starts (seen: a second Supabase on 54324 refused by a client's own socket).
 */
const LENT_FROM = 32_768;
const BELOW_LENT = 30_000;
/** From here on ports need no privilege. */
const FIRST = 1024;
const LAST = 65_535;

interface Wanted {
  readonly service: Publisher;
  readonly port: ObservedPort;
}

/**
 * Upwards from the port, or from its twin below those that are lent; from the top on to where unprivileged ports begin.
 * A host that lends all of them has no better one than a lent one: whether it is free shows when its container starts.
 */
function nextFree({ service, port }: Wanted, { taken, lentFrom = LENT_FROM }: FreePorts, assigned: ReadonlySet<number>): number {
  const original = port.published;
  const twin = original < lentFrom ? original + 1 : original - BELOW_LENT;
  const start = original < lentFrom || (twin >= FIRST && twin < lentFrom) ? twin : FIRST;
  const isFree = (candidate: number) => candidate !== original && !taken.has(candidate) && !assigned.has(candidate);
  for (let candidate = start; candidate < lentFrom; candidate += 1) if (isFree(candidate)) return candidate;
  for (let candidate = FIRST; candidate < Math.min(start, lentFrom); candidate += 1) if (isFree(candidate)) return candidate;
  for (let candidate = Math.max(lentFrom, original); candidate <= LAST; candidate += 1) if (isFree(candidate)) return candidate;
  throw new StoppointError(
    'PORT_TAKEN',
    `'${service.name}' publishes port ${original}, and no port is free for staging: neither below ${lentFrom} nor above it`,
  );
}

function variableOf(service: string, port: ObservedPort, isOnlyOne: boolean): string {
  if (isOnlyOne) return `${upperName(service)}_PORT`;
  return `${upperName(service)}_${port.target}${port.protocol === 'tcp' ? '' : `_${port.protocol.toUpperCase()}`}_PORT`;
}

function unused(name: string, used: ReadonlySet<string>): string {
  if (!used.has(name)) return name;
  for (let n = 2; ; n += 1) if (!used.has(`${name}_${n}`)) return `${name}_${n}`;
}
