import type { Holdings } from '../compose/holdings.js';
import type { ObservedProject } from '../plan/observed.js';
import type { StepContext } from './operator.js';

type Named = Holdings & { readonly name: string };

/** What the old projects hold, and what everybody else on this host holds who is not of this run. */
export async function hostHoldings(
  step: StepContext,
): Promise<{ readonly old: Named; readonly oldDatabase: Named; readonly others: Named }> {
  const { app, database } = step.target.observation;
  return { old: ofProject(app), oldDatabase: ofProject(database), others: await ofOthers(step) };
}

function ofProject({ name, services, volumes, networks }: ObservedProject): Named {
  return {
    name: `the running project '${name}'`,
    ports: services.flatMap(({ ports }) => ports.map(({ published, protocol }) => `${published}/${protocol}`)),
    names: services.map(({ containerName }) => containerName),
    volumes: volumes.map((volume) => volume.name),
    networks: networks.map((network) => network.name),
    joined: [],
    binds: services.flatMap(({ mounts }) => mounts.flatMap((mount) => (mount.type === 'bind' && !mount.readOnly ? [mount.source] : []))),
  };
}

async function ofOthers({ docker, target, runId }: StepContext): Promise<Named> {
  const { environments, database, observation } = target;
  const projects = new Set([
    observation.app.name,
    observation.database.name,
    database.project,
    environments.staging.project,
    environments.production.project,
  ]);
  const isKnown = (labels: { readonly [label: string]: string } | null | undefined) =>
    projects.has(labels?.['com.docker.compose.project'] ?? '') || labels?.['org.stoppoint.run'] === runId;
  const [containers, { Volumes }, networks] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listVolumes(),
    docker.listNetworks(),
  ]);
  const foreign = containers.filter(({ Labels }) => !isKnown(Labels));
  const published = foreign.flatMap(({ Ports }) => Ports.flatMap(({ PublicPort, Type }) => (PublicPort ? [`${PublicPort}/${Type}`] : [])));
  const adopted = new Set([...observation.app.volumes, ...observation.database.volumes].map(({ name }) => name));
  return {
    name: 'somebody else',
    ports: [...published, ...listeningBefore(observation)],
    names: foreign.flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, ''))),
    volumes: (Volumes ?? []).filter(({ Name, Labels }) => !isKnown(Labels) && !adopted.has(Name)).map(({ Name }) => Name),
    networks: networks.filter(({ Labels }) => !isKnown(Labels)).map(({ Name }) => Name),
    joined: [],
    binds: [],
  };
}

/** Processes of the host that listened when the plan was made, on ports that are not the deployment's own. */
function listeningBefore({ app, database, host }: StepContext['target']['observation']): readonly string[] {
  const own = new Set([...app.services, ...database.services].flatMap(({ ports }) => ports.map(({ published }) => published)));
  return host.ports.filter((port) => !own.has(port)).map((port) => `${port}/tcp`);
}
