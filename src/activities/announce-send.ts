import type { OperationOf } from '../plan/operation.js';
import { StoppointError } from '../plan/diagnostic.js';
import { cannotTell, done, notDone, type Operator, type StepContext } from './operator.js';

const TEXTS = {
  start: 'maintenance begins: the service will be away for a moment',
  end: 'maintenance has ended: the service is back',
  'rolled back': 'maintenance has ended: the service is as it was before',
} as const;

/** A webhook cannot be asked whether it heard us: the intent is written first, and the answer after. */
export const announceSend: Operator<OperationOf<'announce.send'>> = {
  async probe({ folder }) {
    if (await folder.read('sent.json')) return done('sent, and answered');
    return (await folder.read('sending.json')) ? cannotTell('a message was being sent when the worker ended') : notDone('not sent yet');
  },
  async act(step, { message }) {
    await step.folder.write('sending.json', { message });
    const answers = await send(step, TEXTS[message]);
    await step.folder.write('sent.json', { answers });
    return { facts: { message, webhooks: answers.length, answers: answers.join(' ') }, checks: [] };
  },
  // That users are told matters less than that the way back goes on: a deaf webhook is reported, not fatal.
  async undo(step, { message }) {
    if (message === 'end' || (await step.folder.read('taken-back.json'))) return;
    const sent = await send(step, TEXTS['rolled back']).then(
      () => true,
      () => false,
    );
    await step.folder.write('taken-back.json', { sent });
    return { facts: {}, checks: [{ id: 'announced-the-end', verdict: sent ? 'pass' : 'fail' }] };
  },
  probeUndone: async () => done('nothing of it can be taken back'),
};

async function send({ target, secret, runId, signal }: StepContext, text: string): Promise<readonly number[]> {
  const { announce, deployment } = target.planFile.content;
  return await Promise.all(
    announce.map(async ({ webhook }) => {
      const response = await fetch(secret(webhook), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ deployment, run: runId, text }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
      }).catch((cause: unknown) => {
        throw new StoppointError('STEP_FAILED', `the webhook '${webhook}' cannot be reached`, { cause });
      });
      if (!response.ok) throw new StoppointError('STEP_FAILED', `the webhook '${webhook}' answered ${response.status}`);
      return response.status;
    }),
  );
}
