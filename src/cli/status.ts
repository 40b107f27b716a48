import { setTimeout as pause } from 'node:timers/promises';
import { statusText } from '../report/status-text.js';
import { exitCodeOf } from './exit-codes.js';
import { look, statusFor } from './look.js';
import { RUN_OPTIONS, selectRun } from './select-run.js';
import type { Answer, Session, Verb } from './verb.js';
import { withWholeJournal } from './whole-journal.js';

const CLEAR = '\u001b[H\u001b[2J';

export const statusVerb: Verb = {
  usage: 'status',
  summary: 'where the run is, what the open stop point shows, what to type next',
  examples: ['stoppoint status', 'stoppoint status --watch'],
  options: [...RUN_OPTIONS, ['--watch', 'look again every second until the run ends']],
  run: async (session, _args, options) => {
    if (options['watch'] !== true) return await statusAnswer(session, options);
    for (;;) {
      const answer = await statusAnswer(session, options);
      if (answer.document.status === 'ended') return answer;
      session.say(`${session.io.isTerminal ? CLEAR : ''}${answer.text}`);
      await pause(1_000);
    }
  },
};

async function statusAnswer(
  session: Session,
  options: Parameters<Verb['run']>[2],
): Promise<Answer & { readonly document: { readonly status: string } }> {
  const run = await selectRun(session, options);
  const seen = await look(session, run);
  // Only when a worker answers: who asks for the status must not wait twice for nobody.
  if (seen.source.from === 'worker') await withWholeJournal(session, run);
  const status = await statusFor(session, run, seen);
  return { exitCode: exitCodeOf(seen.state), text: statusText(status), document: status };
}
