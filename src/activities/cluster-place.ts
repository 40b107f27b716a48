import type { ContainerInspectInfo } from 'dockerode';

/** A Postgres cluster on a volume of the app project. */
export interface ClusterPlace {
  readonly volume: string;
  /** Of the cluster inside the volume, with a slash before it; empty at the volume's root. */
  readonly folder: string;
  /** `uid:gid` of its files. */
  readonly owner: string;
  /** Whose container runs its server. */
  readonly service: string;
}

/** Where a container sees a volume; null when it does not. */
export function placeOf(container: ContainerInspectInfo, volume: string): string | null {
  return container.Mounts.find(({ Type, Name }) => Type === 'volume' && Name === volume)?.Destination ?? null;
}
