import { randomUUID } from 'node:crypto';
import { CODES, isCode } from '../plan/codes.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { OperatorMessage } from '../plan/messages.js';
import { STOP_POINT_IDS, type StopPointId } from '../plan/operation.js';
import type { RunOnDisk } from '../world/run-folder.js';
import { withDoor } from './look.js';
import type { Answer, Session } from './verb.js';

/** Says it to the run and tells the receipt. A refusal is an error with the code that the run gave. */
export async function sendDecision(session: Session, run: RunOnDisk, message: OperatorMessage, said: string): Promise<Answer> {
  if (run.state.status === 'ended') throw new StoppointError('RUN_ENDED', `run '${run.runId}' has ended: ${run.state.outcome}`);
  const receipt = await withDoor(session, (door) => door.decide(run.plan.deployment, message, randomUUID()));
  if (!receipt.counted) {
    const code = isCode(receipt.code) ? receipt.code : 'MALFORMED_MESSAGE';
    throw new StoppointError(code, `${said} was refused: ${CODES[code].what}`);
  }
  const text = `${said} counted, by ${message.person}\nnext: stoppoint wait\n`;
  return { exitCode: 0, text, document: { version: 1, kind: 'decision', counted: true, message } as Answer['document'] };
}

export function stopPointId(text: string | undefined): StopPointId {
  const id = STOP_POINT_IDS.find((candidate) => candidate === text?.toUpperCase());
  if (!id) throw new StoppointError('USAGE', `'${text ?? ''}' is no stop point; there are ${STOP_POINT_IDS.join(', ')}`);
  return id;
}
