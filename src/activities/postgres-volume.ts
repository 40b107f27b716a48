import type { StepContext } from './operator.js';
import { runCommand } from '../world/run-command.js';

interface Asked {
  readonly volume: string;
  readonly image: string;
}

export interface ControlData {
  readonly state: string;
  readonly systemIdentifier: string;
  readonly nextXid: string;
}

/** Whether a volume holds a Postgres cluster, at its root or in `data`: asked of the files, not of a name. */
export async function isPostgres(step: StepContext, asked: Asked): Promise<boolean> {
  const { stdout } = await inVolume(step, asked, 'for d in /v /v/data /v/pgdata; do test -f $d/PG_VERSION && echo $d; done; true');
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
    '--network',
    'none',
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
