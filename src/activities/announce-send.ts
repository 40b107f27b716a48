import { rm } from 'node:fs/promises';
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
    const before = await heardBefore(step);
    const { heard, problems } = await send(step, TEXTS[message], Object.keys(before));
    const answers = { ...before, ...heard };
    await step.folder.write('heard.json', answers);
    if (problems.length > 0) {
      // It is known who did not hear: a retry sends to those, and to nobody twice.
      await rm(step.folder.file('sending.json'));
      throw new StoppointError('STEP_FAILED', problems.join('; '));
    }
    await step.folder.write('sent.json', { answers });
    const codes = Object.values(answers);
    return { facts: { message, webhooks: codes.length, answers: codes.join(' ') }, checks: [] };
  },
  // That users are told matters less than that the way back goes on: a deaf webhook is reported, not fatal.
  async undo(step, { message }) {
    if (message === 'end' || !(await mayHaveBeenHeard(step)) || (await step.folder.read('taken-back.json'))) return;
    const { problems } = await send(step, TEXTS['rolled back'], []);
    await step.folder.write('taken-back.json', { problems });
    return {
      facts: {},
      checks: [{ id: 'announced-the-end', verdict: problems.length === 0 ? 'pass' : 'fail', live: problems.join('; ') }],
    };
  },
  probeUndone: async () => done('nothing of it can be taken back'),
};

/** Name of the webhook → the status that it answered with. */
type Heard = { readonly [webhook: string]: number };

async function heardBefore({ folder }: StepContext): Promise<Heard> {
  return (await folder.read<Heard>('heard.json')) ?? {};
}

async function mayHaveBeenHeard(step: StepContext): Promise<boolean> {
  return (await step.folder.read('sending.json')) !== null || Object.keys(await heardBefore(step)).length > 0;
}

/** Tells every webhook but those that heard it before. What a dead one costs is told, not thrown. */
async function send(
  step: StepContext,
  text: string,
  heardAlready: readonly string[],
): Promise<{ readonly heard: Heard; readonly problems: readonly string[] }> {
  const names = step.target.planFile.content.announce.map(({ webhook }) => webhook).filter((name) => !heardAlready.includes(name));
  const answers = await Promise.all(names.map(async (name) => ({ name, ...(await tell(step, name, text)) })));
  return {
    heard: Object.fromEntries(answers.filter(({ problem }) => problem === null).map(({ name, status }) => [name, status])),
    problems: answers.map(({ problem }) => problem).filter((problem) => problem !== null),
  };
}

async function tell(
  { target, secret, runId, signal }: StepContext,
  webhook: string,
  text: string,
): Promise<{ readonly status: number; readonly problem: string | null }> {
  const body = JSON.stringify({ deployment: target.planFile.content.deployment, run: runId, text });
  const headers = { 'content-type': 'application/json' };
  try {
    const { status, ok } = await fetch(urlOf(secret(webhook), webhook), {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    return { status, problem: ok ? null : `the webhook '${webhook}' answered ${status}` };
  } catch (error) {
    if (signal.aborted || error instanceof StoppointError) throw error;
    return { status: 0, problem: `the webhook '${webhook}' cannot be reached` };
  }
}

/** The address is a secret: the engine's own message about a wrong one would name it. */
function urlOf(text: string, webhook: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new StoppointError('STEP_FAILED', `the secret '${webhook}' is not an http address`);
}
