import type { Operation, OperationKind, OperationOf, Undo, WhenUnknown } from './operation.js';

/** What every kind of step declares once. `resource` and `line` are the words of the plan's text form. */
export interface Meaning<O extends Operation> {
  readonly undo: Undo;
  /** Whether it changes the deployment that serves users today (what spends a stop point's approval). */
  readonly changesDeployment: boolean;
  readonly whenUnknown: WhenUnknown;
  /** How long one attempt may take, in seconds. */
  readonly seconds: number;
  resource(operation: O): string;
  line(operation: O): string;
}

type Meanings = { readonly [K in OperationKind]: Meaning<OperationOf<K>> };

const looks = { undo: 'none', changesDeployment: false, whenUnknown: 'repeat', seconds: 300 } as const;
const makes = { undo: 'armed', changesDeployment: false, whenUnknown: 'ask', seconds: 600 } as const;
const keeps = { undo: 'kept', changesDeployment: false, whenUnknown: 'repeat', seconds: 3600 } as const;
const changes = { undo: 'armed', changesDeployment: true, whenUnknown: 'ask', seconds: 300 } as const;

export const MEANINGS: Meanings = {
  'lock.take': { ...makes, resource: (o) => `container:${o.container}`, line: () => 'take the host lock of this deployment' },
  'prerequisites.check': { ...looks, resource: () => 'host', line: () => 'check prerequisites: engine, disk, ports, names, secrets' },
  'backup.files': {
    ...keeps,
    resource: () => 'files',
    line: (o) => `copy ${o.paths.length} env, compose and secret files with their digests`,
  },
  'backup.postgres': {
    ...keeps,
    resource: (o) => `cluster:${o.container}`,
    line: () => 'dump every database and the roles; restore in a scratch container and compare',
  },
  'backup.redis': {
    ...keeps,
    resource: (o) => `redis:${o.container}`,
    line: () => 'take a consistent copy through a throw-away replica; load it and compare',
  },
  'backup.volume': {
    ...keeps,
    resource: (o) => `volume:${o.volume}`,
    line: () => 'archive the volume; unpack in a scratch volume and compare',
  },
  'backup.bind': { ...keeps, resource: (o) => `bind:${o.path}`, line: () => 'archive the folder; unpack in a scratch volume and compare' },
  'database.files': {
    ...makes,
    resource: () => 'folder:staging-database',
    line: () => 'derive the staging database project with secrets, ports and names of its own',
  },
  'database.start': { ...makes, resource: () => 'project:staging-database', line: () => 'start it; a request with each key must answer' },
  'schema.apply': {
    ...makes,
    resource: () => 'database:staging',
    line: () => 'apply snapshot, migrations and policies in one transaction, with a ledger',
  },
  'schema.compare': { ...looks, resource: () => 'database:staging', line: () => "compare the schema with production's" },
  'folder.make': {
    ...makes,
    resource: (o) => `folder:${o.environment}`,
    line: (o) => `make the folder of ${o.environment}: the same commit, without state and secrets`,
  },
  'env-files.write': { ...makes, resource: (o) => `env:${o.environment}`, line: (o) => `write the env files of ${o.environment}` },
  'compose.write': {
    ...makes,
    resource: (o) => `compose:${o.environment}`,
    line: (o) => `write the compose file of ${o.environment}, fail-closed`,
  },
  'compose.validate': { ...looks, resource: () => 'compose:both', line: () => 'both models resolve and collide nowhere' },
  'images.pin': { ...makes, resource: () => 'images', line: () => 'tag the running image ids; both environments use these' },
  'volumes.make': { ...makes, resource: (o) => `volumes:${o.environment}`, line: (o) => `make the volumes of ${o.environment}` },
  'project.create': {
    ...makes,
    resource: (o) => `project:${o.environment}`,
    line: (o) => `create the containers of ${o.environment} without starting them`,
  },
  'project.start': {
    ...changes,
    seconds: 600,
    resource: (o) => `project:${o.environment}`,
    line: (o) => `start the created containers of ${o.environment}`,
  },
  'project.stop': {
    ...changes,
    resource: () => 'project:old',
    line: () => 'stop and fence the old project (restart off, exited, exit codes known)',
  },
  'project.retire': {
    ...changes,
    undo: 'impossible',
    resource: () => 'project:old',
    line: () => 'remove the old containers, move the legacy env files aside',
  },
  'volumes.adopt': {
    ...looks,
    seconds: 120,
    resource: () => 'volumes:production',
    line: () => 'prove each adopted volume: clean shutdown, same volume, same image',
  },
  'network.connect': {
    ...changes,
    resource: () => 'network:database',
    line: () => "connect the database's gateway to an internal network of production's own",
  },
  'way-back.write': { ...keeps, resource: () => 'file:way-back.sh', line: () => 'write way-back.sh: plain docker commands with exact ids' },
  'announce.send': {
    ...makes,
    whenUnknown: 'assume done',
    seconds: 60,
    resource: (o) => `announcement:${o.message}`,
    line: (o) => `announce the ${o.message} of maintenance`,
  },
  'window.wait': {
    ...looks,
    seconds: 604_800,
    resource: () => 'window',
    line: () => 'wait for the change window; last look: nothing changed since SP5',
  },
  'service.check': {
    ...looks,
    resource: (o) => `project:${o.environment}`,
    line: (o) => `${o.depth} checks of ${o.environment}: bodies, owners, logs, restarts`,
  },
  'isolation.probe': {
    ...makes,
    resource: () => 'marker',
    line: () => 'write a marker through staging; it is in staging only, and staging is refused in production',
  },
  'isolation.together': {
    ...makes,
    seconds: 600,
    resource: () => 'project:staging',
    line: () => 'stop and start staging; production is unaffected',
  },
  'monitor.watch': {
    ...looks,
    seconds: 14_400,
    resource: () => 'project:production',
    line: (o) => `watch production for ${o.seconds} s against the baseline`,
  },
  'record.write': { ...keeps, seconds: 300, resource: () => 'record', line: () => 'write the deployment record from measured facts' },
};

export function meaningOf<O extends Operation>(operation: O): Meaning<O> {
  return MEANINGS[operation.kind] as unknown as Meaning<O>;
}
