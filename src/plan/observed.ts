/** What the world looked like: a snapshot made without changing anything. No secret value is in here. */
export interface Observation {
  readonly version: 1;
  readonly engine: { readonly version: string; readonly compose: string; readonly rootFreeBytes: number };
  readonly app: ObservedProject;
  readonly database: ObservedProject;
  readonly host: ObservedHost;
}

export interface ObservedProject {
  /** From the label `com.docker.compose.project`, never from a folder's name. */
  readonly name: string;
  readonly directory: string;
  /** Compose files, absolute, with the digest of their bytes. */
  readonly files: readonly ObservedFile[];
  readonly envFiles: readonly ObservedEnvFile[];
  readonly services: readonly ObservedService[];
  readonly volumes: readonly ObservedVolume[];
  readonly networks: readonly ObservedNetwork[];
  /** Commit that is checked out, and whether tracked files have uncommitted changes; null outside git. */
  readonly git: { readonly head: string; readonly dirty: readonly string[] } | null;
}

export interface ObservedFile {
  readonly path: string;
  readonly sha256: string;
}

export interface ObservedEnvFile extends ObservedFile {
  /** Names only. */
  readonly keys: readonly string[];
  /** Services that read it by `env_file`; empty for the file that Compose interpolates from. */
  readonly services: readonly string[];
}

export interface ObservedService {
  readonly name: string;
  readonly containerId: string;
  readonly containerName: string;
  readonly imageId: string;
  readonly imageRef: string;
  readonly command: string;
  readonly running: boolean;
  readonly startedAt: string;
  /** Restart policy as Compose files have it: `no`, `unless-stopped`, `on-failure:3`. Older run plans lack the count. */
  readonly restart: string;
  readonly restartCount: number;
  readonly dependsOn: readonly string[];
  readonly ports: readonly ObservedPort[];
  readonly mounts: readonly ObservedMount[];
  readonly networks: readonly string[];
  readonly healthcheck: boolean;
  /** Keys of the container's environment. */
  readonly envKeys: readonly string[];
}

export interface ObservedPort {
  readonly target: number;
  readonly published: number;
  readonly protocol: string;
  readonly hostIp: string;
}

export type ObservedMount =
  | { readonly type: 'volume'; readonly volume: string; readonly target: string; readonly readOnly: boolean }
  | { readonly type: 'bind'; readonly source: string; readonly target: string; readonly readOnly: boolean };

export interface ObservedVolume {
  /** The key in the compose file, for example `redis_data`. */
  readonly key: string;
  /** The literal name, for example `tutordex_redis_data`. */
  readonly name: string;
  readonly bytes: number;
  readonly services: readonly string[];
}

export interface ObservedNetwork {
  readonly key: string;
  readonly name: string;
  readonly external: boolean;
}

export interface ObservedHost {
  readonly containers: readonly { readonly name: string; readonly project: string | null; readonly running: boolean }[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
  /** TCP ports on which something listens, from the kernel's table and from Docker. */
  readonly ports: readonly number[];
  /** Ports that the kernel lends to outgoing connections; null where it does not say, absent in older observations. */
  readonly lentPorts?: PortRange | null;
}

/** Both ends belong to it. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** The part of an observation that a run plan stands on: if it changed, the plan must be compiled again. */
export function standsOn(observation: Observation): unknown {
  return [observation.app, observation.database].map((project) => ({
    name: project.name,
    files: project.files,
    envFiles: project.envFiles,
    git: project.git?.head ?? null,
    services: project.services.map(({ name, containerId, imageId, ports, mounts }) => ({ name, containerId, imageId, ports, mounts })),
    volumes: project.volumes.map(({ key, name }) => ({ key, name })),
  }));
}
