import { shownHash } from './approve.js';
import { sendDecision, stopPointId } from './decision.js';
import { PERSON_OPTION, personOf } from './person.js';
import { RUN_OPTIONS, selectRun } from './select-run.js';
import { textOf, type Verb } from './verb.js';

export const rejectVerb: Verb = {
  usage: 'reject <stop-point>',
  summary: 'reject what a stop point shows; the run holds until somebody retries or rolls back',
  examples: ["stoppoint reject SP3 --reason 'staging sends to the wrong channel'"],
  options: [
    ...RUN_OPTIONS,
    PERSON_OPTION,
    ['--shown <hash>', 'what you looked at (default: what is shown now, which is printed)'],
    ['--reason <text>', 'why; goes on record'],
  ],
  run: async (session, [stopPoint], options) => {
    const id = stopPointId(stopPoint);
    const run = await selectRun(session, options);
    const shown = await shownHash(session, run, id, textOf(options['shown']));
    const person = personOf(session, options);
    const message = { verdict: 'reject', runId: run.runId, person, reason: textOf(options['reason']) ?? '', stopPoint: id, shown } as const;
    return await sendDecision(session, run, message, `the rejection of ${id}`);
  },
};
