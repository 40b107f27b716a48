import { StoppointError } from '../plan/diagnostic.js';
import { completeJournal, isIntact } from '../world/journal-restore.js';
import { readRun, type RunOnDisk } from '../world/run-folder.js';
import { withDoor } from './look.js';
import type { Session } from './verb.js';

/** Long enough for the mirror of a run that goes on to end its own write. */
const SETTLE_MS = 500;

export interface WholeRun {
  readonly run: RunOnDisk;
  /** False when its journal on disk is known to lack something, or is not what the run's workflow holds. */
  readonly isWhole: boolean;
}

/** The run with a whole journal: one that was lost or torn on disk comes back from the workflow's history. */
export async function withWholeJournal(session: Session, run: RunOnDisk): Promise<WholeRun> {
  const follows = isIntact(run.entries);
  if (follows && run.state.status === 'ended') return { run, isWhole: true };
  try {
    const done = await withDoor(session, async (door) => {
      const pages = await door.journal(run.plan.deployment, run.runId);
      return await completeJournal(run.folder, { pages, settleMs: SETTLE_MS });
    });
    if (done.kind === 'restored')
      session.say(`entries missing in the journal on disk: ${done.entries}, written again from the run's history`);
    const contradicts = done.kind === 'contradicts' ? done.from : null;
    if (contradicts !== null) session.say(`the journal on disk is not the one that the run's workflow holds, from entry ${contradicts} on`);
    return { run: await readRun(session.paths.runs, run.runId), isWhole: contradicts === null };
  } catch (error) {
    if (!(error instanceof StoppointError)) throw error;
    const isDamaged = !follows || run.entries.length === 0;
    if (isDamaged) session.say(`the journal on disk is damaged, and could not be restored from history: ${error.message}`);
    return { run, isWhole: !isDamaged };
  }
}
