import { sendDecision } from './decision.js';
import { PERSON_OPTION, personOf } from './person.js';
import { RUN_OPTIONS, selectRun } from './select-run.js';
import { textOf, type Verb } from './verb.js';

export const retryVerb: Verb = {
  usage: 'retry',
  summary: 'end a hold: try the failed step, the failed undo or the rejected stop point again',
  examples: ["stoppoint retry --reason 'the disk has room again'"],
  options: [...RUN_OPTIONS, PERSON_OPTION, ['--reason <text>', 'why; goes on record']],
  run: async (session, _args, options) => {
    const run = await selectRun(session, options);
    const message = {
      verdict: 'retry',
      runId: run.runId,
      person: personOf(session, options),
      reason: textOf(options['reason']) ?? '',
    } as const;
    return await sendDecision(session, run, message, 'the retry');
  },
};
