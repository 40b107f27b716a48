import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { decide } from '../plan/decide.js';
import { type OperatorMessage, parseMessage } from '../plan/messages.js';
import type { Receipt } from '../plan/run-event.js';
import { journalPage } from './journal-page.js';
import { approveSignal, decideUpdate, journalQuery, rejectSignal, retrySignal, rollbackSignal, statusQuery } from './messages.js';
import type { Run } from './run.js';

/** Registered before the first await: an answer that comes early is refused with a receipt, not lost. */
export function listen(run: Run): void {
  setHandler(statusQuery, () => run.state);
  setHandler(journalQuery, (after) => ({ runId: run.input.runId, entries: journalPage(run.journal, after) }));
  setHandler(decideUpdate, (input) => hear(run, parseMessage(input), 'update'), {
    // Only what cannot be recorded at all is turned away here; a refusal by rule is an answer, and stays on record.
    validator: (input) => {
      if (!parseMessage(input)) throw ApplicationFailure.nonRetryable('the message is malformed', 'MALFORMED_MESSAGE');
    },
  });
  const signals = { approve: approveSignal, reject: rejectSignal, rollback: rollbackSignal, retry: retrySignal };
  for (const [verdict, signal] of Object.entries(signals)) {
    setHandler(signal, (input) => {
      const payload = typeof input === 'object' && input !== null ? input : {};
      hear(run, parseMessage({ ...payload, verdict }), 'signal');
    });
  }
}

function hear(run: Run, message: OperatorMessage | null, via: 'update' | 'signal'): Receipt {
  if (!message) {
    run.emit({ type: 'malformed message', via });
    return { counted: false, code: 'MALFORMED_MESSAGE' };
  }
  const receipt = decide(run.plan, run.state, message);
  run.emit({ type: 'message', message, receipt, via });
  if (!receipt.counted) return receipt;
  if (message.verdict === 'rollback') run.goBack({ to: message.to, cause: `${message.person}: ${message.reason || 'no reason given'}` });
  if (message.verdict === 'retry') run.retries += 1;
  return receipt;
}
