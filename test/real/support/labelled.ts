import type Docker from 'dockerode';
import { createServer } from 'node:net';
import type { ObservedProject, ObservedService } from '../../../src/plan/observed.js';
import type { PlanFileInput } from '../../../src/plan/schema.js';
import { planFileSchema } from '../../../src/plan/schema.js';
import type { EnvironmentTarget, PortAssignment, Target } from '../../../src/plan/target.js';
import type { ProjectPlace } from '../../../src/world/project-containers.js';
import { projectContainers } from '../../../src/world/project-containers.js';
import type { TestThings } from './tiny-servers.js';

/** Starts a container that looks as if Compose had made it. */
export async function startService(
  things: TestThings,
  { project, directory }: ProjectPlace,
  service: string,
  options: Docker.ContainerCreateOptions & { readonly publish?: { readonly [inside: number]: number } } = {},
): Promise<string> {
  const { publish = {}, HostConfig, ...rest } = options;
  const ports = Object.entries(publish).map(([inside, outside]) => [`${inside}/tcp`, [{ HostIp: '127.0.0.1', HostPort: String(outside) }]]);
  return await things.container(`${project}-${service}`, {
    Labels: { ...things.labels, ...labelsOf({ project, directory }, service) },
    ExposedPorts: Object.fromEntries(ports.map(([port]) => [port, {}])),
    HostConfig: { PortBindings: Object.fromEntries(ports) as never, ...HostConfig },
    StopTimeout: 1,
    ...rest,
  });
}

export function labelsOf({ project, directory }: ProjectPlace, service: string): { readonly [label: string]: string } {
  return {
    'com.docker.compose.project': project,
    'com.docker.compose.project.working_dir': directory,
    'com.docker.compose.service': service,
    'com.docker.compose.oneoff': 'False',
  };
}

/** The same things, whose containers look as if Compose had made them for this service. */
export function asService(things: TestThings, place: ProjectPlace, service: string, more: Docker.ContainerCreateOptions = {}): TestThings {
  const container = (name: string, options: Docker.ContainerCreateOptions) =>
    things.container(name, { ...options, ...more, Labels: { ...things.labels, ...labelsOf(place, service) } });
  return Object.assign(Object.create(things) as TestThings, { container });
}

/** A web server whose routes are a Python dictionary: path → (status, body). It says its environment as it starts. */
export function webServer(routes: string, port = 8000): Docker.ContainerCreateOptions {
  const program = `
import http.server, json, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("APP_ENV:", os.environ.get("APP_ENV"), flush=True)
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = eval(os.environ["ROUTES"]).get(self.path, (404, {}))
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status); self.send_header("Content-Length", str(len(data))); self.end_headers(); self.wfile.write(data)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("0.0.0.0", ${port}), Page).serve_forever()`;
  return { Entrypoint: ['python3', '-u', '-c', program], Env: [`ROUTES=${routes}`] };
}

export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** What `stoppoint plan` would have seen of a project; of each service only what the operators under test read. */
export async function observed(docker: Docker, place: ProjectPlace, ports: readonly PortAssignment[] = []): Promise<ObservedProject> {
  const services = (await projectContainers(docker, place)).map(
    (one): ObservedService => ({
      name: one.service,
      containerId: one.id,
      containerName: one.name,
      imageId: '',
      imageRef: '',
      command: '',
      running: one.status === 'running',
      startedAt: one.startedAt,
      restart: 'no',
      restartCount: one.restartCount,
      dependsOn: [],
      ports: ports.filter(({ service }) => service === one.service),
      mounts: [],
      networks: [],
      healthcheck: false,
      envKeys: [],
    }),
  );
  return { name: place.project, directory: place.directory, files: [], envFiles: [], services, volumes: [], networks: [], git: null };
}

export const NOTHING_OBSERVED: ObservedProject = {
  name: 'none',
  directory: '/none',
  files: [],
  envFiles: [],
  services: [],
  volumes: [],
  networks: [],
  git: null,
};

export function portOf(service: string, target: number, published: number): PortAssignment {
  return { service, target, published, protocol: 'tcp', hostIp: '', variable: 'PORT' };
}

interface Parts {
  readonly app?: ObservedProject;
  readonly database?: ObservedProject;
  readonly staging?: ProjectPlace & { readonly ports?: readonly PortAssignment[] };
  readonly production?: ProjectPlace & { readonly ports?: readonly PortAssignment[] };
  readonly stagingDatabase?: ProjectPlace;
  readonly planFile?: Partial<PlanFileInput>;
  readonly superuser?: string;
}

const NOWHERE = { project: 'nowhere', directory: '/nowhere' };

/** A target with only what a test names; the rest points nowhere. */
export function targetWith({
  app,
  database,
  staging = NOWHERE,
  production = NOWHERE,
  stagingDatabase = NOWHERE,
  planFile,
  superuser,
}: Parts): Partial<Target> {
  const content = planFileSchema.parse({
    version: 1,
    deployment: 'test',
    projects: {
      app: { directory: 'app', running: 'old' },
      database: { directory: 'db', running: 'db', kind: 'supabase-self-hosted', superuser },
    },
    environments: {
      production: { project: 'p', folder: 'p' },
      staging: { project: 's', folder: 's', 'database-project': 'sd', 'database-folder': 'sd' },
    },
    schema: { snapshot: 'snapshot.sql' },
    isolation: { write: { service: 'backend', port: 8000, path: '/', json: {} }, look: { table: 'public.things', column: 'name' } },
    ...planFile,
  });
  return {
    planFile: { path: '/plan', sha256: '', content },
    home: '/home',
    observation: { version: 1, app: app ?? NOTHING_OBSERVED, database: database ?? NOTHING_OBSERVED } as Target['observation'],
    environments: { production: environment('production', 'prod', production), staging: environment('staging', 'staging', staging) },
    database: {
      project: stagingDatabase.project,
      folder: stagingDatabase.directory,
      network: `${stagingDatabase.project}_default`,
      ports: [],
    },
  };
}

function environment(
  name: 'production' | 'staging',
  label: string,
  { project, directory, ports = [] }: NonNullable<Parts['staging']>,
): EnvironmentTarget {
  return {
    environment: name,
    project,
    folder: directory,
    label,
    envSuffix: label,
    ports,
    volumes: {},
    databaseNetwork: '',
    stateHome: directory,
  };
}
