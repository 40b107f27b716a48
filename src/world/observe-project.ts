import type Docker from 'dockerode';
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { references } from '../compose/references.js';
import { type Problem, StoppointError } from '../plan/diagnostic.js';
import type { ObservedEnvFile, ObservedNetwork, ObservedProject, ObservedService, ObservedVolume } from '../plan/observed.js';
import { composeModel, type ComposeModel } from './compose.js';
import { digestFile } from './digest-file.js';
import { inspectProject, nameOf, serviceOf } from './project-containers.js';
import { restartPolicyOf, restartText } from './restart-policy.js';

interface Asked {
  readonly docker: Docker;
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
  readonly volumeBytes: ReadonlyMap<string, number>;
}

/** One Compose project: what its files say, and what its containers are. */
export async function observeProject({ docker, name, directory, files, volumeBytes }: Asked): Promise<ObservedProject> {
  const paths = files.map((file) => resolve(directory, file));
  const envFiles = await readReferences(directory, paths);
  const { interpolated } = await composeModel({ directory, files: paths, project: name });
  const services = await observeServices(docker, name, interpolated);
  return {
    name,
    directory,
    files: await Promise.all(paths.map(async (path) => ({ path, sha256: await digestFile(path) }))),
    envFiles,
    services,
    volumes: volumesOf(interpolated, services, volumeBytes),
    networks: networksOf(interpolated),
    git: await gitState(directory),
  };
}

/** Missing files are told with their place, all at once, before Compose is asked. */
async function readReferences(directory: string, files: readonly string[]): Promise<readonly ObservedEnvFile[]> {
  const missing: (Problem & { kind: string })[] = [];
  const readers = new Map<string, string[]>();
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new StoppointError('COMPOSE_FILE_INVALID', `the compose file '${file}' cannot be read`, { cause });
    });
    for (const { kind, service, path, line, column } of references(text)) {
      if (path.includes('$')) continue;
      const full = resolve(directory, path.replace(/^~(?=\/)/, process.env['HOME'] ?? '~'));
      const exists = await stat(full).then(
        () => true,
        () => false,
      );
      if (!exists)
        missing.push({ file, line, column, path: service, kind, message: `service '${service}' names '${path}', which is not there` });
      else if (kind === 'env_file') readers.set(full, [...(readers.get(full) ?? []), service]);
    }
  }
  const [first] = missing;
  if (first) {
    throw new StoppointError(first.kind === 'env_file' ? 'ENV_FILE_MISSING' : 'BIND_SOURCE_MISSING', first.message, { problems: missing });
  }
  const root = join(directory, '.env');
  if (
    await stat(root).then(
      () => true,
      () => false,
    )
  )
    readers.set(root, readers.get(root) ?? []);
  return await Promise.all(
    [...readers].map(async ([path, services]) => ({
      path,
      sha256: await digestFile(path),
      keys: keysOf(await readFile(path, 'utf8')),
      services,
    })),
  );
}

function keysOf(text: string): readonly string[] {
  const keys = text.split(/\r?\n/).map((line) => /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*[=:]/.exec(line)?.[1]);
  return [...new Set(keys.filter((key) => key !== undefined))].sort();
}

async function observeServices(docker: Docker, project: string, model: ComposeModel): Promise<readonly ObservedService[]> {
  const found = await inspectProject(docker, { project });
  if (found.length === 0) {
    throw new StoppointError('PROJECT_NOT_RUNNING', `the project '${project}' has no containers on this host`);
  }
  const services = found.map((c): ObservedService => {
    const name = serviceOf(c);
    const inModel = model.services[name];
    return {
      name,
      containerId: c.Id,
      containerName: nameOf(c),
      imageId: c.Image,
      imageRef: c.Config.Image,
      command: firstWords([c.Config.Entrypoint ?? [], c.Config.Cmd ?? []].flat()),
      running: c.State.Running,
      startedAt: c.State.StartedAt,
      restart: restartText(restartPolicyOf(c)),
      restartCount: c.RestartCount,
      dependsOn: Object.keys(inModel?.depends_on ?? {}).sort(),
      ports: (inModel?.ports ?? [])
        .filter(({ published }) => published)
        .map((port) => ({
          target: port.target,
          published: Number(port.published),
          protocol: port.protocol ?? 'tcp',
          hostIp: port.host_ip ?? '',
        })),
      mounts: c.Mounts.map((mount) =>
        mount.Type === 'volume'
          ? { type: 'volume' as const, volume: mount.Name ?? '', target: mount.Destination, readOnly: !mount.RW }
          : { type: 'bind' as const, source: mount.Source, target: mount.Destination, readOnly: !mount.RW },
      ).sort((a, b) => a.target.localeCompare(b.target)),
      networks: Object.keys(c.NetworkSettings.Networks).sort(),
      healthcheck: Boolean(c.Config.Healthcheck?.Test?.length),
      envKeys: c.Config.Env.map((pair) => pair.split('=')[0] ?? '').sort(),
    };
  });
  const order = Object.keys(model.services);
  return services.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** Enough to recognise a command; never all of it, since people put tokens there. */
function firstWords(words: readonly string[]): string {
  return words.join(' ').split(/\s+/).slice(0, 3).join(' ').slice(0, 80);
}

function volumesOf(
  model: ComposeModel,
  services: readonly ObservedService[],
  bytes: ReadonlyMap<string, number>,
): readonly ObservedVolume[] {
  return Object.entries(model.volumes ?? {})
    .map(([key, volume]) => ({ key, name: volume?.name ?? key }))
    .map(({ key, name }) => ({
      key,
      name,
      bytes: bytes.get(name) ?? 0,
      services: services.filter(({ mounts }) => mounts.some((m) => m.type === 'volume' && m.volume === name)).map((s) => s.name),
    }))
    .filter(({ services: users }) => users.length > 0);
}

function networksOf(model: ComposeModel): readonly ObservedNetwork[] {
  return Object.entries(model.networks ?? {}).map(([key, network]) => ({
    key,
    name: network?.name ?? key,
    external: network?.external === true,
  }));
}

async function gitState(directory: string): Promise<ObservedProject['git']> {
  const git = async (...args: string[]) => (await promisify(execFile)('git', ['-C', directory, ...args])).stdout;
  try {
    const top = (await git('rev-parse', '--show-toplevel')).trim();
    if (relative(top, directory) !== '') return null;
    const status = await git('--no-optional-locks', 'status', '--porcelain', '--untracked-files=no');
    return {
      head: (await git('rev-parse', 'HEAD')).trim(),
      dirty: status
        .split('\n')
        .filter(Boolean)
        .map((line) => line.slice(3)),
    };
  } catch {
    return null;
  }
}
