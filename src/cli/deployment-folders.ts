import type { Target } from '../plan/target.js';
import { isInside } from '../world/state-directory.js';

/** The kernel's and the engine's own; `/` itself is bound read-only by node-exporter and cAdvisor. */
const HOST_FOLDERS = ['/proc', '/sys', '/dev', '/run', '/var/run', '/var/lib/docker'];

/** Folders that must stay free of ours: both projects, and all that their containers mount from the host. */
export function deploymentFolders({ observation }: Target): readonly string[] {
  const projects = [observation.app, observation.database];
  const bound = projects.flatMap(({ services }) => services.flatMap(({ mounts }) => mounts)).filter((mount) => mount.type === 'bind');
  const own = bound.filter(({ source, readOnly }) => !readOnly || !isHostFolder(source)).map(({ source }) => source);
  return [...new Set([...projects.map(({ directory }) => directory), ...own])];
}

function isHostFolder(source: string): boolean {
  return source === '/' || HOST_FOLDERS.some((folder) => isInside(source, folder));
}
