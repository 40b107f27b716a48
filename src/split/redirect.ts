import type { ObservedPort } from '../plan/observed.js';
import type { PortAssignment } from '../plan/target.js';

const LOOPBACK = String.raw`(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal)`;
const ADDRESS = new RegExp(String.raw`(?<![\w.-])(${LOOPBACK}):(\d{1,5})(?!\d)`, 'g');

export type PortMap = ReadonlyMap<number, number>;

/** Production's published port → this environment's. Assignments stand in the order of the services and their ports. */
export function portMap(
  services: readonly { readonly name: string; readonly ports: readonly ObservedPort[] }[],
  assignments: readonly PortAssignment[],
  keep: readonly PortAssignment[],
): PortMap {
  const published = new Map(assignments.map((one) => [`${one.service} ${one.variable}`, one.published]));
  const pairs = keep.map((one): [number, number] => [one.published, published.get(`${one.service} ${one.variable}`) ?? one.published]);
  const known = new Set(services.flatMap(({ ports }) => ports.map((port) => port.published)));
  return new Map(pairs.filter(([from]) => known.has(from)));
}

/** Addresses of this host in a value, led from production's published ports to the environment's own. */
export function redirectPorts(text: string, ports: PortMap): string {
  return text.replace(ADDRESS, (whole, host: string, port: string) => {
    const to = ports.get(Number(port));
    return to === undefined ? whole : `${host}:${to}`;
  });
}

/** The ports of this host that a value names. */
export function portsOfHost(text: string): readonly number[] {
  return [...text.matchAll(ADDRESS)].map(([, , port]) => Number(port));
}
