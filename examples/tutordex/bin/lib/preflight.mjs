import { Refusal, exitCodes } from './args.mjs';
import { existing, namesOf, resourcesOf } from './docker.mjs';
import { takenPorts } from './ports.mjs';
import { isInside } from './own.mjs';

/**
 * Refuses when a port, a project or a name of ours is somebody else's. Returns for
 * each project the names it will use and whether it already runs from this folder.
 */
export async function refuseForeign(dir, projects) {
  const found = await Promise.all(
    projects.map(async (project) => {
      const [names, seen] = await Promise.all([namesOf(project), resourcesOf(project.name)]);
      const foreign = seen.containers.filter((container) => !isInside(dir, container.workingDir));
      return { project, names, foreign, running: seen.containers.length > foreign.length };
    }),
  );
  const problems = found
    .filter(({ foreign }) => foreign.length > 0)
    .map(({ project, foreign }) => `project "${project.name}" (runs from "${foreign[0].workingDir}")`);
  // Once containers of ours exist, volumes, networks and ports are theirs.
  const fresh = found.filter(({ running, foreign }) => !running && foreign.length === 0);
  for (const kind of ['container', 'volume', 'network']) {
    const taken = await existing(
      kind,
      fresh.flatMap(({ names }) => names[`${kind}s`]),
    );
    problems.push(...taken.map((name) => `${kind} "${name}"`));
  }
  const ports = found.filter(({ running }) => !running).flatMap(({ names }) => names.ports);
  problems.push(...(await takenPorts(ports)).map((port) => `port ${port}`));
  if (problems.length > 0) throw new Refusal(`already taken: ${problems.join(', ')}`, exitCodes.taken);
  return Object.fromEntries(found.map(({ project, names, running }) => [project.name, { ...names, running }]));
}
