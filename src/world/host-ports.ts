import { readFile } from 'node:fs/promises';
import type { PortRange } from '../plan/observed.js';

const LISTENING = '0A';

/** TCP ports on which some process of this network namespace listens; empty where the kernel has no such table. */
export async function listeningPorts(): Promise<readonly number[]> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')));
  const ports = tables.flatMap((table) =>
    table
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === LISTENING)
      .map(([, local]) => Number.parseInt(local?.split(':')[1] ?? '', 16)),
  );
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** TCP ports that the kernel lends to outgoing connections; null where it does not say. */
export async function lentPorts(): Promise<PortRange | null> {
  const text = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '');
  const [, from, to] = /^(\d+)\s+(\d+)\s*$/.exec(text) ?? [];
  return from && to ? { from: Number(from), to: Number(to) } : null;
}
