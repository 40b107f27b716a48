import { describe, expect, test } from '@jest/globals';
import { assignPorts } from '../../../src/compose/ports.js';

const port = (target: number, published: number, hostIp = '', protocol = 'tcp') => ({ target, published, hostIp, protocol });
const SERVICES = [
  { name: 'backend', ports: [port(8000, 8000)] },
  { name: 'prometheus', ports: [port(9090, 9090)] },
  { name: 'alertmanager', ports: [port(9093, 9093)] },
  { name: 'grafana', ports: [port(3000, 3300)] },
  { name: 'tempo', ports: [port(3200, 3200), port(4317, 4317), port(4318, 4318)] },
];
const TAKEN = new Set([8000, 9090, 9093, 3300, 3200, 4317, 4318, 54321, 54322, 7070]);

describe('ports of an environment', () => {
  test("staging gets the paper plan's table", () => {
    const published = assignPorts(SERVICES, TAKEN, 'next-free').map((one) => [one.variable, one.published]);
    expect(published).toEqual([
      ['BACKEND_PORT', 8001],
      ['PROMETHEUS_PORT', 9091],
      ['ALERTMANAGER_PORT', 9094],
      ['GRAFANA_PORT', 3301],
      ['TEMPO_3200_PORT', 3201],
      ['TEMPO_4317_PORT', 4319],
      ['TEMPO_4318_PORT', 4320],
    ]);
  });

  test('production keeps what it has, under the same variables', () => {
    const kept = assignPorts(SERVICES, TAKEN, 'keep');
    expect(kept.map(({ published }) => published)).toEqual([8000, 9090, 9093, 3300, 3200, 4317, 4318]);
    expect(kept.map(({ variable }) => variable)).toEqual(assignPorts(SERVICES, TAKEN, 'next-free').map(({ variable }) => variable));
  });

  test('a port that somebody else holds is stepped over', () => {
    expect(assignPorts(SERVICES.slice(0, 1), new Set([8000, 8001, 8002]), 'next-free')[0]?.published).toBe(8003);
  });

  test('one port that Docker lists for IPv4 and IPv6 is one port', () => {
    const both = [{ name: 'web', ports: [port(80, 8080, '0.0.0.0'), port(80, 8080, '::')] }];
    expect(assignPorts(both, new Set(), 'keep')).toHaveLength(1);
  });

  test('variables are distinct for protocols, and for services whose names differ only in their dashes', () => {
    const dns = [{ name: 'dns', ports: [port(53, 53), port(53, 53, '', 'udp')] }];
    expect(assignPorts(dns, new Set(), 'keep').map(({ variable }) => variable)).toEqual(['DNS_53_PORT', 'DNS_53_UDP_PORT']);
    const alike = ['a-b', 'a_b'].map((name, n) => ({ name, ports: [port(80, 8080 + n)] }));
    expect(assignPorts(alike, new Set(), 'keep').map(({ variable }) => variable)).toEqual(['A_B_PORT', 'A_B_PORT_2']);
  });

  test('a port that the kernel lends to outgoing connections gets its twin below them', () => {
    const published = (original: number, taken: readonly number[] = []) =>
      assignPorts([{ name: 'x', ports: [port(80, original)] }], new Set(taken), 'next-free')[0]?.published;
    expect(published(54_321)).toBe(24_321);
    expect(published(54_321, [24_321, 24_322])).toBe(24_323);
    expect(published(32_767)).toBe(32_768);
    expect(published(32_768)).toBe(2_768);
  });
});
