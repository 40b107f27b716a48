import type Docker from 'dockerode';
import { listeningPorts } from './host-ports.js';
import { type ProjectContainer, projectContainers, type ProjectPlace } from './project-containers.js';

/** One look at a project and at who else holds ports on this host. */
export interface PortView {
  readonly place: ProjectPlace;
  readonly containers: readonly ProjectContainer[];
  /** Host port → names of the running containers that publish it, whosesoever. */
  readonly holders: ReadonlyMap<number, readonly string[]>;
  /** TCP ports on which anything listens. */
  readonly listening: readonly number[];
}

export interface ServicePort {
  readonly service: string;
  /** Port inside the container. */
  readonly port: number;
}

export interface ServiceEndpoint {
  readonly container: ProjectContainer;
  readonly published: number;
  /** `http://127.0.0.1:8000`, without a slash at its end. */
  readonly url: string;
}

export async function viewPorts(docker: Docker, place: ProjectPlace): Promise<PortView> {
  const [containers, running, listening] = await Promise.all([projectContainers(docker, place), docker.listContainers(), listeningPorts()]);
  const holders = new Map<number, readonly string[]>();
  for (const { Names, Ports } of running) {
    const name = Names[0]?.replace(/^\//, '') ?? '';
    const published = new Set(Ports.filter(({ Type }) => Type === 'tcp').map(({ PublicPort }) => PublicPort));
    for (const port of published) if (port) holders.set(port, [...(holders.get(port) ?? []), name]);
  }
  return { place, containers, holders, listening };
}

/** Where a service of the project answers on this host, or why nobody can tell. */
export function endpointIn({ containers, place }: PortView, { service, port }: ServicePort): ServiceEndpoint | { readonly why: string } {
  const running = containers.find((container) => container.service === service && container.status === 'running');
  if (!running) return { why: `no container of '${service}' in project '${place.project}' runs` };
  const bindings = running.published.filter(({ target }) => target === port);
  const found = bindings.find(({ hostIp }) => hostIp !== '::') ?? bindings[0];
  if (!found) return { why: `'${running.name}' publishes no port ${port}` };
  return { container: running, published: found.published, url: `http://${reachable(found.hostIp)}:${found.published}` };
}

export async function endpointOf(
  docker: Docker,
  place: ProjectPlace,
  asked: ServicePort,
): Promise<ServiceEndpoint | { readonly why: string }> {
  return endpointIn(await viewPorts(docker, place), asked);
}

/**
 * Whether the host port belongs to that container alone: null, or what speaks against it. A health check once passed
 * because a stranger answered on the port, so an answer counts only together with this.
 */
export function ownerProblem(view: PortView, asked: ServicePort, expected: number | null): string | null {
  const endpoint = endpointIn(view, asked);
  if ('why' in endpoint) {
    if (expected === null || !view.listening.includes(expected)) return endpoint.why;
    const holder = view.holders.get(expected)?.[0];
    return `${endpoint.why}; port ${expected} is held by ${holder ? `'${holder}'` : 'a foreign process'}`;
  }
  const { container, published } = endpoint;
  if (expected !== null && published !== expected) return `'${container.name}' has port ${published}, not ${expected}`;
  const others = (view.holders.get(published) ?? []).filter((name) => name !== container.name);
  return others.length > 0 ? `port ${published} is also published by '${others[0]}'` : null;
}

function reachable(hostIp: string): string {
  if (hostIp === '' || hostIp === '0.0.0.0') return '127.0.0.1';
  if (hostIp === '::') return '[::1]';
  return hostIp.includes(':') ? `[${hostIp}]` : hostIp;
}
