import { runProgram } from './process.mjs';

// Variables of the calling shell beat a project's .env file, so that Compose gets
// only what it needs to reach the daemon.
const passedOn = /^(PATH|HOME|USERPROFILE|SYSTEMROOT|TMP|TEMP|TMPDIR|XDG_RUNTIME_DIR|DOCKER_.*|SSH_AUTH_SOCK)$/i;

export function docker(args, options = {}) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => passedOn.test(name)));
  return runProgram('docker', args, { ...options, env });
}

/** Compose in a project's own folder, with the project's name said aloud. */
export function compose(project, args, options = {}) {
  return docker(['compose', '-p', project.name, ...args], { cwd: project.dir, ...options });
}

/** Everything on this daemon that carries a Compose project's label. */
export async function resourcesOf(project) {
  const filter = ['--filter', `label=com.docker.compose.project=${project}`];
  const label = '{{.Label "com.docker.compose.project.working_dir"}}';
  const [containers, volumes, networks] = await Promise.all([
    docker(['ps', '-a', '--no-trunc', ...filter, '--format', `{{.ID}}\t{{.Names}}\t${label}`]),
    docker(['volume', 'ls', ...filter, '--format', '{{.Name}}']),
    docker(['network', 'ls', ...filter, '--format', '{{.Name}}']),
  ]);
  return {
    containers: lines(containers.stdout).map((line) => {
      const [id, name, workingDir] = line.split('\t');
      return { id, name, workingDir };
    }),
    volumes: lines(volumes.stdout),
    networks: lines(networks.stdout),
  };
}

/** The names a project will use, as Compose itself resolves them. */
export async function namesOf(project) {
  const { stdout } = await compose(project, ['config', '--format', 'json']);
  const model = JSON.parse(stdout);
  const own = (resources = {}) =>
    Object.values(resources)
      .filter((r) => !r.external)
      .map((r) => r.name);
  return {
    services: Object.keys(model.services),
    containers: Object.values(model.services).flatMap((s) => s.container_name ?? []),
    images: Object.entries(model.services)
      .filter(([, service]) => service.build)
      .map(([name, service]) => service.image ?? `${project.name}-${name}`),
    volumes: own(model.volumes),
    networks: own(model.networks),
    ports: Object.values(model.services).flatMap((s) => (s.ports ?? []).map((p) => Number(p.published))),
  };
}

export async function existing(kind, names) {
  const { stdout } = await docker(kind === 'container' ? ['ps', '-a', '--format', '{{.Names}}'] : [kind, 'ls', '--format', '{{.Name}}']);
  const all = new Set(lines(stdout));
  return names.filter((name) => all.has(name));
}

export function lines(text) {
  return text.split('\n').filter((line) => line !== '');
}
