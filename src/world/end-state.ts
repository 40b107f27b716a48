import type Docker from 'dockerode';
import type { ContainerInspectInfo } from 'dockerode';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { EndState } from '../report/end-state.js';
import type { Target } from '../plan/target.js';
import { digestFile } from './digest-file.js';
import { inspectProject, nameOf, serviceOf } from './project-containers.js';
import { restartPolicyOf, restartText } from './restart-policy.js';

/** The world after a run, without what differs from run to run: ids, times, random values. */
export async function readEndState(docker: Docker, target: Target): Promise<EndState> {
  const { observation, environments, database, home } = target;
  const projects = [
    observation.app.name,
    observation.database.name,
    environments.production.project,
    environments.staging.project,
    database.project,
  ];
  const containers = (await Promise.all(projects.map((project) => inspectProject(docker, { project })))).flat();
  const networks = await docker.listNetworks();
  const { Volumes } = await docker.listVolumes();
  const mine = await docker.listContainers({ all: true, filters: { label: ['org.stoppoint.run'] } });
  const belongs = (labels: { [name: string]: string } | undefined) =>
    projects.includes(labels?.['com.docker.compose.project'] ?? '') ||
    labels?.['org.stoppoint.deployment'] === target.planFile.content.deployment;
  return {
    containers: Object.fromEntries(
      containers.map((c) => [`${c.Config.Labels['com.docker.compose.project']}/${serviceOf(c)}`, facts(c, home)]),
    ),
    leftovers: mine.map(({ Names }) => (Names[0] ?? '').slice(1)).sort(),
    networks: networks
      .filter(({ Labels }) => belongs(Labels as never))
      .map(({ Name }) => Name)
      .sort(),
    volumes: (Volumes ?? [])
      .filter(({ Labels }) => belongs(Labels))
      .map(({ Name }) => Name)
      .sort(),
    files: await files([environments.production.folder, environments.staging.folder, database.folder], home),
    legacyEnvFiles: await legacy(target),
  };
}

function facts(c: ContainerInspectInfo, home: string): EndState['containers'][string] {
  return {
    name: nameOf(c),
    running: c.State.Running,
    restart: restartText(restartPolicyOf(c)),
    mounts: c.Mounts.map(
      (m) => `${m.Type === 'volume' ? anonymous(m.Name ?? '') : relative(home, m.Source)}:${m.Destination}:${m.RW ? 'rw' : 'ro'}`,
    ).sort(),
    networks: Object.keys(c.NetworkSettings.Networks).sort(),
    ports: Object.entries((c.HostConfig.PortBindings ?? {}) as { [port: string]: { HostPort: string }[] })
      .map(([port, bound]) => `${bound.map(({ HostPort }) => HostPort).join(',')}:${port}`)
      .sort(),
  };
}

const anonymous = (name: string) => (/^[0-9a-f]{64}$/.test(name) ? 'anonymous' : name);

/** Config files with their digest; env files by their keys, since their secrets are made new in every run. */
async function files(folders: readonly string[], home: string): Promise<{ readonly [path: string]: string }> {
  const found: [string, string][] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      const name = relative(home, path);
      // Git's own files hold times, data folders live on, and markers name the run.
      if (!entry.isFile() || /(^|\/)(\.git|\.state|volumes|state|logs|__pycache__)\//.test(name) || entry.name === '.stoppoint.json')
        continue;
      found.push([name, /\.env(\.|$)/.test(entry.name) ? `keys: ${keys(await readFile(path, 'utf8'))}` : await digestFile(path)]);
    }
  }
  return Object.fromEntries(found.sort(([a], [b]) => a.localeCompare(b)));
}

function keys(text: string): string {
  return text
    .split('\n')
    .map((line) => /^([A-Za-z_]\w*)=/.exec(line)?.[1])
    .filter((key) => key !== undefined)
    .sort()
    .join(' ');
}

async function legacy({ observation, home }: Target): Promise<readonly string[]> {
  const folders = [...new Set(observation.app.envFiles.map(({ path }) => join(path, '..')))];
  const names = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder).catch(() => []))
        .filter((name) => name.startsWith('.env') && !name.endsWith('.example'))
        .map((name) => relative(home, join(folder, name))),
    ),
  );
  return names
    .flat()
    .map((name) => name.replace(/\.retired-.*$/, '.retired'))
    .sort();
}
