import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type Door, openDoor, type TemporalTarget, workflowIdOf } from '../client.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { RunState } from '../plan/run-state.js';
import type { PlainDoor } from '../report/plain-signal.js';
import { type Source, type Status, statusOf } from '../report/status.js';
import { knownTarget, temporalTarget } from '../service/temporal-target.js';
import { isIntact } from '../world/journal-restore.js';
import { readRun, type RunOnDisk } from '../world/run-folder.js';
import { personOf } from './person.js';
import type { Session } from './verb.js';

export interface Look {
  readonly state: RunState;
  readonly source: Source;
}

/** The run's state from its worker; from the journal on disk when nobody answers, or when it has ended. */
export async function look(session: Session, run: RunOnDisk): Promise<Look> {
  if (run.state.status === 'ended' && isIntact(run.entries)) return { state: run.state, source: { from: 'disk', why: null } };
  try {
    const state = await withDoor(session, (door) => door.status(run.plan.deployment));
    if (state.runId === run.runId) return { state, source: { from: 'worker' } };
    return await fromDisk(session, run, `run '${state.runId}' is the latest one`);
  } catch (error) {
    if (!(error instanceof StoppointError)) throw error;
    return await fromDisk(session, run, error.message);
  }
}

async function fromDisk(session: Session, run: RunOnDisk, why: string): Promise<Look> {
  const { state } = await readRun(session.paths.runs, run.runId);
  return { state, source: { from: 'disk', why } };
}

export async function withDoor<T>(session: Session, use: (door: Door) => Promise<T>): Promise<T> {
  const door = await openDoor(await targetOf(session));
  try {
    return await use(door);
  } finally {
    await door.close();
  }
}

export async function targetOf({ paths, io }: Session): Promise<TemporalTarget> {
  return await temporalTarget({ paths, env: io.env });
}

export async function statusFor(session: Session, run: RunOnDisk, { state, source }: Look): Promise<Status> {
  const { folder, plan } = run;
  const wayBack = join(folder, 'way-back.sh');
  const isWritten = await access(wayBack).then(
    () => true,
    () => false,
  );
  return statusOf({
    plan,
    state,
    source,
    folder,
    wayBack: isWritten ? wayBack : null,
    now: Date.now(),
    person: personOf(session),
    door: await plainDoor(session, plan.deployment),
  });
}

/** Where `temporal` finds the run; placeholders when no server is known. */
async function plainDoor(session: Session, deployment: string): Promise<PlainDoor> {
  const target = await knownTarget({ paths: session.paths, env: session.io.env }).catch(() => null);
  const address = target?.connection.address ?? 'HOST:PORT';
  return { workflowId: workflowIdOf(deployment), address, namespace: target?.namespace ?? 'stoppoint' };
}
