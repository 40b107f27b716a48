import { StoppointError } from '../plan/diagnostic.js';
import { rollbackFloor, stepsToUndo } from '../plan/way-back.js';
import { confirm } from './confirm.js';
import { sendDecision } from './decision.js';
import { look } from './look.js';
import { PERSON_OPTION, personOf } from './person.js';
import { RUN_OPTIONS, selectRun } from './select-run.js';
import { textOf, type Verb } from './verb.js';

export const rollbackVerb: Verb = {
  usage: 'rollback',
  summary: 'go back: to SP5 (the old production runs again) or to SP0 (everything but the backups is undone)',
  examples: ['stoppoint rollback', 'stoppoint rollback --to SP0 --yes --deployment tutordex'],
  options: [
    ...RUN_OPTIONS,
    PERSON_OPTION,
    ['--to <stop-point>', 'SP0 or SP5 (default: the nearest)'],
    ['--yes', 'do not ask; without a terminal needs --deployment too'],
    ['--reason <text>', 'why; goes on record'],
  ],
  run: async (session, _args, options) => {
    const run = await selectRun(session, options);
    const { state } = await look(session, run);
    const to = goal(textOf(options['to'])) ?? rollbackFloor(state);
    const steps = stepsToUndo(run.plan, state, to);
    const what = [
      `going back to ${to} undoes ${steps.length} steps:`,
      ...steps.map(({ stage, summary }) => `  [${stage}] ${summary}`),
    ].join('\n');
    await confirm(session, options, { deployment: run.plan.deployment, what });
    const message = {
      verdict: 'rollback',
      runId: run.runId,
      person: personOf(session, options),
      reason: textOf(options['reason']) ?? '',
      to,
    } as const;
    return await sendDecision(session, run, message, `the rollback to ${to}`);
  },
};

function goal(text: string | undefined): 'SP0' | 'SP5' | null {
  if (text === undefined) return null;
  const id = text.toUpperCase();
  if (id === 'SP0' || id === 'SP5') return id;
  throw new StoppointError('USAGE', `--to '${text}' is neither SP0 nor SP5`, { next: "run 'stoppoint rollback --help'" });
}
