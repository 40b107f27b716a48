import { StoppointError } from '../plan/diagnostic.js';
import type { StopPointId } from '../plan/operation.js';
import { checkLines } from '../report/check-lines.js';
import { openStopPoint } from '../report/status.js';
import { sendDecision, stopPointId } from './decision.js';
import { type Look, look } from './look.js';
import { PERSON_OPTION, personOf } from './person.js';
import { RUN_OPTIONS, selectRun } from './select-run.js';
import type { RunOnDisk } from '../world/run-folder.js';
import { listOf, type Session, textOf, type Verb } from './verb.js';

export const approveVerb: Verb = {
  usage: 'approve <stop-point>',
  summary: 'release a stop point for exactly what it shows',
  examples: [
    'stoppoint approve SP0 --attest-all',
    "stoppoint approve SP4 --attest-all --override 2.3#6 --reason 'the link bot is off on staging'",
  ],
  options: [
    ...RUN_OPTIONS,
    PERSON_OPTION,
    ['--shown <hash>', 'what you looked at (default: what is shown now, which is printed)'],
    ['--attest <check...>', 'checks that you answer for'],
    ['--attest-all', 'answer for all checks that ask for a person'],
    ['--override <check...>', 'accept these failed checks; needs --reason'],
    ['--reason <text>', 'why; goes on record'],
  ],
  run: async (session, [stopPoint], options) => {
    const id = stopPointId(stopPoint);
    const run = await selectRun(session, options);
    const shown = await shownHash(session, run, id, textOf(options['shown']));
    const message = {
      verdict: 'approve',
      runId: run.runId,
      person: personOf(session, options),
      reason: textOf(options['reason']) ?? '',
      stopPoint: id,
      shown,
      attest: options['attestAll'] === true ? ['*'] : listOf(options['attest']),
      override: listOf(options['override']),
    } as const;
    return await sendDecision(session, run, message, `the approval of ${id}`);
  },
};

/** The full hash that the decision is for. Without one, what is shown now counts, and is printed first. */
export async function shownHash(session: Session, run: RunOnDisk, id: StopPointId, given: string | undefined): Promise<string> {
  const seen = await look(session, run);
  const now = seen.state.stopPoints[id]?.shown ?? null;
  if (given !== undefined) return now?.startsWith(given) && given.length >= 12 ? now : given;
  demandWorker(seen);
  const open = openStopPoint(run.plan, seen.state);
  if (open?.id === id) for (const line of [`■ ${id}: ${open.question}`, ...checkLines(open.checks)]) session.say(line);
  // Nothing is shown under that name: the run itself says why it refuses, and keeps the try on record.
  return now ?? 'nothing';
}

function demandWorker({ source }: Look): void {
  if (source.from === 'disk' && source.why) throw new StoppointError('NO_WORKER', `what is shown now is not known: ${source.why}`);
}
