import { resolve } from 'node:path';
import type { Door } from '../client.js';
import { StoppointError } from '../plan/diagnostic.js';
import { table } from '../report/table.js';
import { bytes } from '../report/words.js';
import { RETENTION_DAYS, retentionDays } from '../service/namespace.js';
import { findTemporalBinary } from '../service/temporal-binary.js';
import { givenTarget } from '../service/temporal-target.js';
import { composeVersion } from '../world/compose.js';
import { connectDocker } from '../world/docker.js';
import { freeBytes } from '../world/free-bytes.js';
import { engineVersion } from '../world/observe.js';
import { readPlanFile } from '../world/plan-from-file.js';
import { refuseExposedStateDirectory } from '../world/state-directory.js';
import { asStoppointError } from './error-text.js';
import type { ExitCode } from './exit-codes.js';
import { targetOf, withDoor } from './look.js';
import type { Session, Verb } from './verb.js';

const OLDEST_COMPOSE = [2, 26] as const;
const LEAST_FREE = 1_000_000_000;

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly says: string;
  readonly next: string;
  readonly exit: number;
}

export const doctorVerb: Verb = {
  usage: 'doctor',
  summary: 'is everything there: engine, Compose, Temporal, worker, disk, state directory',
  examples: ['stoppoint doctor'],
  run: async (session) => {
    const findings = [
      await look('Docker engine', () => engineVersion(connectDocker())),
      await look('Compose', compose),
      await look('temporal program', () => temporalProgram(session)),
      await look('Temporal server', () => withDoor(session, (door) => server(session, door))),
      await look('worker', () => withDoor(session, worker)),
      await look('disk', () => disk(session)),
      await look('state directory', () => stateFolder(session)),
    ];
    const rows = findings.map(({ what, ok, says, next }) => [ok ? '✔' : '✖', what, ok ? says : `${says}; next: ${next}`]);
    return { exitCode: worst(findings), text: `${table(rows).join('\n')}\n`, document: { version: 1, kind: 'doctor', findings } as never };
  },
};

async function look(what: string, see: () => Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, says: await see(), next: '', exit: 0 };
  } catch (error) {
    const { message, next, exitCode } = asStoppointError(error);
    return { what, ok: false, says: message, next, exit: exitCode };
  }
}

function worst(findings: readonly Finding[]): ExitCode {
  if (findings.every(({ ok }) => ok)) return 0;
  return findings.some(({ ok, exit }) => !ok && exit === 7) ? 7 : 8;
}

async function compose(): Promise<string> {
  const version = await composeVersion();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = OLDEST_COMPOSE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return version;
  throw new StoppointError('COMPOSE_MISSING', `Compose is ${version}, older than ${OLDEST_COMPOSE.join('.')}`);
}

async function temporalProgram({ io }: Session): Promise<string> {
  const given = givenTarget(io.env);
  return given ? `not needed: '${given.connection.address}' is given` : await findTemporalBinary(io.env);
}

async function server(session: Session, door: Door): Promise<string> {
  const { connection, namespace } = await targetOf(session);
  const days = await retentionDays(door.connection, namespace);
  const short = days < RETENTION_DAYS ? ` (the record in Temporal is shorter than ${RETENTION_DAYS} days; the one on disk stays)` : '';
  return `${connection.address}, namespace ${namespace}, closed runs kept ${days} days${short}`;
}

async function worker(door: Door): Promise<string> {
  const [first] = await door.workers();
  if (first) return first;
  throw new StoppointError('NO_WORKER', "no worker asks for this host's work");
}

async function disk({ paths }: Session): Promise<string> {
  const free = await freeBytes(paths.root);
  if (free >= LEAST_FREE) return `${bytes(free)} free for runs and backups`;
  throw new StoppointError('DISK_TOO_SMALL', `only ${bytes(free)} are free under '${paths.root}'`);
}

async function stateFolder({ paths, file }: Session): Promise<string> {
  const plan = await readPlanFile(file).catch(() => null);
  if (!plan) return `${paths.root} (no plan file to compare it with)`;
  const { app, database } = plan.content.projects;
  await refuseExposedStateDirectory(
    paths.root,
    [app.directory, database.directory].map((folder) => resolve(plan.home, folder)),
  );
  return paths.root;
}
