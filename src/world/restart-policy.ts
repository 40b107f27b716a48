import type { ContainerInspectInfo } from 'dockerode';

/** As the engine takes and tells it. */
export interface RestartPolicy {
  readonly Name: string;
  readonly MaximumRetryCount?: number | undefined;
}

export const NEVER_RESTART: RestartPolicy = { Name: 'no' };

/** The engine says '' for a container that was made without a policy. */
export function restartPolicyOf({ HostConfig }: ContainerInspectInfo): RestartPolicy {
  const { Name, MaximumRetryCount } = HostConfig.RestartPolicy ?? {};
  return { Name: Name || 'no', MaximumRetryCount };
}

/** Neither a crash nor a restart of the engine brings it back. */
export function isFenced(container: ContainerInspectInfo): boolean {
  return restartPolicyOf(container).Name === NEVER_RESTART.Name;
}

/** As Compose files and `docker update --restart` have it: `no`, `always`, `on-failure`, `on-failure:3`. */
export function restartText({ Name, MaximumRetryCount = 0 }: RestartPolicy): string {
  return Name === 'on-failure' && MaximumRetryCount > 0 ? `${Name}:${MaximumRetryCount}` : Name;
}

export function parseRestart(text: string): RestartPolicy {
  const [name = '', count] = text.split(':');
  return { Name: name, MaximumRetryCount: Number(count ?? 0) };
}
