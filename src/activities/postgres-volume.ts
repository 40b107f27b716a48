import { join } from 'node:path';
import type { StepContext } from './operator.js';
import { readJson } from '../world/json-file.js';
import { runCommand } from '../world/run-command.js';
import { writeDurably } from '../world/write-durably.js';

interface Asked {
  readonly volume: string;
  readonly image: string;
}

export interface ControlData {
  readonly state: string;
  readonly systemIdentifier: string;
  readonly nextXid: string;
}

const FILE = 'postgres-volumes.json';

/** Volume → whether it holds a cluster. Asked before the window opens: one throw-away container costs a second or more. */
export async function lookForClusters(step: StepContext): Promise<void> {
  const { volumes, services } = step.target.observation.app;
  const found = await Promise.all(
    volumes.map(async ({ name, services: users }) => {
      const image = services.find((service) => service.name === users[0])?.imageId;
      return [name, image ? await asked(step, { volume: name, image }) : false] as const;
    }),
  );
  await writeDurably(join(step.runFolder, FILE), `${JSON.stringify(Object.fromEntries(found), null, 2)}\n`);
}

/** Whether a volume holds a Postgres cluster: as found before the window, else asked now. */
export async function isPostgres(step: StepContext, { volume, image }: Asked): Promise<boolean> {
  const known = (await readJson(join(step.runFolder, FILE))) as { readonly [volume: string]: boolean } | null;
  return known?.[volume] ?? (await asked(step, { volume, image }));
}

/** At its root or in `data`: asked of the files, not of a name. */
async function asked(step: StepContext, { volume, image }: Asked): Promise<boolean> {
  const { stdout } = await inVolume(
    step,
    { volume, image },
    'for d in /v /v/data /v/pgdata; do test -f $d/PG_VERSION && echo $d; done; true',
  );
  return stdout.trim() !== '';
}

/** What the cluster's own control file says of its last shutdown. The server is down: no query can ask it. */
export async function controlData(step: StepContext, asked: Asked): Promise<ControlData> {
  const script = 'for d in /v /v/data /v/pgdata; do test -f $d/PG_VERSION && exec pg_controldata $d; done';
  const { stdout } = await inVolume(step, asked, script);
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(stdout)?.[1]?.trim() ?? '';
  return {
    state: field('Database cluster state'),
    systemIdentifier: field('Database system identifier'),
    nextXid: field("Latest checkpoint's NextXID"),
  };
}

function inVolume(step: StepContext, { volume, image }: Asked, script: string) {
  const labels = Object.entries(step.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  const args = [
    'run',
    '--rm',
    '--pull',
    'never',
    '--network',
    'none',
    // A cluster's folder is closed to everybody but its owner; an image may run as somebody else.
    '--user',
    '0:0',
    ...labels,
    '-v',
    `${volume}:/v:ro`,
    '-e',
    'LC_ALL=C',
    '--entrypoint',
    'sh',
    image,
    '-c',
    script,
  ];
  return runCommand({ file: 'docker', args }, { signal: step.signal });
}
