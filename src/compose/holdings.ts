import { overlap } from './host-path.js';
import type { ComposeModel } from './model.js';

/** What a project takes of its host, by literal names: two projects that share one of these are not separate. */
export interface Holdings {
  /** `8000/tcp`. */
  readonly ports: readonly string[];
  /** Container names. */
  readonly names: readonly string[];
  readonly volumes: readonly string[];
  /** Networks of its own. */
  readonly networks: readonly string[];
  /** Networks that it only joins. */
  readonly joined: readonly string[];
  /** Host paths that it can write to. */
  readonly binds: readonly string[];
}

export function holdingsOf(model: ComposeModel): Holdings {
  const services = Object.entries(model.services);
  const named = (section: ComposeModel['networks'], external: boolean) =>
    Object.entries(section ?? {}).flatMap(([key, value]) => ((value?.external === true) === external ? [value?.name ?? key] : []));
  return {
    ports: services.flatMap(([, { ports }]) =>
      (ports ?? []).flatMap(({ published, protocol }) => (published ? [`${published}/${protocol ?? 'tcp'}`] : [])),
    ),
    names: services.map(([name, { container_name }]) => container_name ?? `${model.name}-${name}-1`),
    volumes: [...named(model.volumes, false), ...named(model.volumes, true)],
    networks: named(model.networks, false),
    joined: named(model.networks, true),
    binds: services.flatMap(([, { volumes }]) =>
      (volumes ?? []).flatMap(({ type, source, read_only }) => (type === 'bind' && source && !read_only ? [source] : [])),
    ),
  };
}

export type Kind = 'ports' | 'names' | 'volumes' | 'networks' | 'state';

/** What two projects both hold. Folders collide also when one lies inside the other; the host's own do not count. */
export function collisions(a: Holdings, b: Holdings, kind: Kind): readonly string[] {
  if (kind === 'state')
    return [...new Set(a.binds)].filter((one) => !isOfTheHost(one) && b.binds.some((other) => !isOfTheHost(other) && overlap(one, other)));
  const of = (holdings: Holdings) => (kind === 'networks' ? [...holdings.networks, ...holdings.joined] : holdings[kind]);
  const others = new Set(of(b));
  return [...new Set(of(a))].filter((one) => others.has(one));
}

function isOfTheHost(path: string): boolean {
  return /^\/(?:dev|proc|sys|run|var\/run)(?:\/|$)/.test(path);
}
