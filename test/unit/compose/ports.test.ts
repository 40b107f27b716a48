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
    const published = assignPorts(SERVICES, { taken: TAKEN }).map((one) => [one.variable, one.published]);
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
    const kept = assignPorts(SERVICES, 'keep');
    expect(kept.map(({ published }) => published)).toEqual([8000, 9090, 9093, 3300, 3200, 4317, 4318]);
    expect(kept.map(({ variable }) => variable)).toEqual(assignPorts(SERVICES, { taken: TAKEN }).map(({ variable }) => variable));
  });

  test('a port that somebody else holds is stepped over', () => {
    expect(assignPorts(SERVICES.slice(0, 1), { taken: new Set([8000, 8001, 8002]) })[0]?.published).toBe(8003);
  });

  test('one port that Docker lists for IPv4 and IPv6 is one port', () => {
    const both = [{ name: 'web', ports: [port(80, 8080, '0.0.0.0'), port(80, 8080, '::')] }];
    expect(assignPorts(both, 'keep')).toHaveLength(1);
  });

  test('variables are distinct for protocols, and for services whose names differ only in their dashes', () => {
    const dns = [{ name: 'dns', ports: [port(53, 53), port(53, 53, '', 'udp')] }];
    expect(assignPorts(dns, 'keep').map(({ variable }) => variable)).toEqual(['DNS_53_PORT', 'DNS_53_UDP_PORT']);
    const alike = ['a-b', 'a_b'].map((name, n) => ({ name, ports: [port(80, 8080 + n)] }));
    expect(assignPorts(alike, 'keep').map(({ variable }) => variable)).toEqual(['A_B_PORT', 'A_B_PORT_2']);
  });

  /** The staging port of a service that publishes `original`. */
  const twin = (original: number, free: { readonly taken?: readonly number[]; readonly lentFrom?: number } = {}) =>
    assignPorts([{ name: 'x', ports: [port(80, original)] }], { ...free, taken: new Set(free.taken) })[0]?.published;
  const all = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

  test('a port that the kernel lends to outgoing connections gets its twin below them', () => {
    expect(twin(54_321)).toBe(24_321);
    expect(twin(54_321, { taken: [24_321, 24_322] })).toBe(24_323);
    expect(twin(32_768)).toBe(2_768);
    expect(twin(32_768, { lentFrom: 32_768 })).toBe(2_768);
  });

  test('below them the next higher port is taken, up to the last that is not lent', () => {
    expect(twin(32_766)).toBe(32_767);
    expect(twin(32_766, { taken: [32_767] })).toBe(1024);
    expect(twin(32_767)).toBe(1024);
    expect(twin(32_767, { taken: [1024] })).toBe(1025);
    expect(twin(443)).toBe(444);
  });

  test('where they begin is what the host says', () => {
    expect(twin(32_767, { lentFrom: 49_152 })).toBe(32_768);
    expect(twin(54_321, { lentFrom: 60_000 })).toBe(54_322);
    expect(twin(59_999, { lentFrom: 60_000 })).toBe(1024);
    // A twin that would itself be lent, or need a privilege, begins where unprivileged ports do.
    expect(twin(54_321, { lentFrom: 10_000 })).toBe(1024);
    expect(twin(30_500, { lentFrom: 10_000 })).toBe(1024);
  });

  test("the search wraps, and never ends at the service's own port", () => {
    expect(twin(2000, { lentFrom: 2002, taken: [2001] })).toBe(1024);
    expect(twin(2000, { lentFrom: 2002, taken: [2001, ...all(1024, 1998)] })).toBe(1999);
  });

  test('two ports whose search ends at the same place get two', () => {
    const two = [{ name: 'x', ports: [port(80, 32_767), port(81, 60_999)] }];
    expect(assignPorts(two, { taken: new Set(all(30_999, 32_767)) }).map(({ published }) => published)).toEqual([1024, 1025]);
  });

  test('a host that lends every port gives a lent one rather than none', () => {
    expect(twin(8000, { lentFrom: 1024 })).toBe(8001);
    expect(twin(8000, { lentFrom: 1024, taken: [8001] })).toBe(8002);
    expect(twin(2000, { lentFrom: 2002, taken: [...all(1024, 1999), 2001] })).toBe(2002);
  });

  test('without a free port it is refused, and the message names the service, the port and the bound', () => {
    const refusal = {
      code: 'PORT_TAKEN',
      message: "'x' publishes port 2000, and no port is free for staging: neither below 2002 nor above it",
    };
    const thrown = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    expect(thrown(() => twin(2000, { lentFrom: 2002, taken: all(1024, 65_535) }))).toMatchObject(refusal);
  });
});
