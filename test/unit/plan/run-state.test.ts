import { describe, expect, test } from '@jest/globals';
import { NO_EVIDENCE } from '../../../src/plan/evidence.js';
import type { StopPointId } from '../../../src/plan/operation.js';
import type { RunEvent } from '../../../src/plan/run-event.js';
import { rollbackFloor, stepsToUndo } from '../../../src/plan/way-back.js';
import { approved, did, opened, PLAN, stepId, told } from '../report/story.js';

const released = (...ids: readonly StopPointId[]) => ids.flatMap((id) => [opened(id), ...approved(id)]);
const undone = (stage: Parameters<typeof stepId>[0]): readonly RunEvent[] => [
  { type: 'undo started', step: stepId(stage) },
  { type: 'undo done', step: stepId(stage), ms: 5, how: 'undone', evidence: NO_EVIDENCE },
];
const rolledBack = (to: 'SP0' | 'SP5', events: readonly RunEvent[]): readonly RunEvent[] => [
  { type: 'rollback started', to, cause: 'a step failed' },
  ...events,
  { type: 'rollback ended', to },
];

const UNTIL_SP5 = released('SP0', 'SP1', 'SP2', 'SP3', 'SP4', 'SP5');

describe('a run', () => {
  test('starts with what started it, and its steps are armed in their order', () => {
    const { state } = told([...did('0'), ...did('1.1'), ...did('1.2')]);
    expect([state.runId, state.startedBy, state.status, state.attempt]).toEqual(['7f3a12cd', 'kim', 'running', 1]);
    expect(state.armed).toEqual(['0', '1.1', '1.2'].map((stage) => stepId(stage as '0')));
  });

  test('is folded alike from a journal that was read again', () => {
    const events = [...did('0'), ...UNTIL_SP5, ...did('3.2')];
    expect(told(events).state).toEqual(told(JSON.parse(JSON.stringify(events)) as RunEvent[]).state);
  });

  test('keeps a failed step armed, with its failure and what it had measured', () => {
    const evidence = { facts: {}, checks: [{ id: 'x', verdict: 'fail' as const }] };
    const failure = { code: 'CHECKS_FAILED', message: 'no', next: 'mend', evidence };
    const { state } = told([
      { type: 'step armed', step: stepId('0'), attempt: 1 },
      { type: 'step failed', step: stepId('0'), failure },
      { type: 'hold opened', why: 'no', step: stepId('0') },
    ]);
    expect(state.steps[stepId('0')]).toMatchObject({ status: 'failed', failure, evidence });
    expect([state.status, state.armed, state.hold?.step]).toEqual(['on hold', [stepId('0')], stepId('0')]);
  });

  test('that is tried again after a failure arms the step once, as the last', () => {
    const again: readonly RunEvent[] = [...did('0'), ...did('1.1'), ...did('0')];
    expect(told(again).state.armed).toEqual([stepId('1.1'), stepId('0')]);
  });

  test('waits at a stop point, counts what counts, and goes on when it is released', () => {
    const open = told([opened('SP0')]).state;
    expect([open.status, open.stopPoints.SP0?.status]).toEqual(['waiting', 'open']);
    const stale = told([opened('SP0'), ...approved('SP0', false)]).state;
    expect([stale.stopPoints.SP0?.approvals, stale.messages.length]).toEqual([[], 1]);
    const free = told(released('SP0')).state;
    expect([free.status, free.stopPoints.SP0?.status, free.stopPoints.SP0?.approvals.length]).toEqual(['running', 'released', 1]);
  });

  test('forgets the approvals of a stop point that opens anew', () => {
    const [approval] = approved('SP0');
    const { stopPoints } = told([opened('SP0'), ...(approval ? [approval] : []), opened('SP0')]).state;
    expect(stopPoints.SP0?.approvals).toEqual([]);
  });

  test('keeps the first 200 messages and counts the others', () => {
    const messages = Array.from({ length: 203 }, () => approved('SP0', false)).flat();
    const { state } = told([opened('SP0'), ...messages, { type: 'malformed message', via: 'signal' }]);
    expect([state.messages.length, state.messagesNotKept]).toEqual([200, 4]);
  });
});

describe('a rollback', () => {
  test('to SP5 keeps SP0 to SP4 released, closes SP5, and the next attempt has the next number', () => {
    const { state } = told([...UNTIL_SP5, ...did('3.2'), ...rolledBack('SP5', undone('3.2'))]);
    expect(Object.keys(state.stopPoints)).toEqual(['SP0', 'SP1', 'SP2', 'SP3', 'SP4']);
    expect([state.attempt, state.status, state.rollback?.endedAt === null]).toEqual([2, 'running', false]);
  });

  test('to SP0 closes every stop point', () => {
    expect(told([...UNTIL_SP5, ...rolledBack('SP0', [])]).state.stopPoints).toEqual({});
  });

  test('takes what is undone out of the armed steps, and leaves the others', () => {
    const { state } = told([...did('0'), ...did('3.2'), { type: 'rollback started', to: 'SP5', cause: 'x' }, ...undone('3.2')]);
    expect(state.armed).toEqual([stepId('0')]);
    expect(state.steps[stepId('3.2')]).toMatchObject({ status: 'undone', undone: { how: 'undone', ms: 5 } });
  });

  test('whose undo fails leaves the step armed, and goes on as a rollback after the hold', () => {
    const failure = { code: 'UNDO_NOT_PROVEN', message: 'still there', next: 'mend' };
    const { state } = told([
      ...did('3.2'),
      { type: 'rollback started', to: 'SP5', cause: 'x' },
      { type: 'undo started', step: stepId('3.2') },
      { type: 'undo failed', step: stepId('3.2'), failure },
      { type: 'hold opened', why: 'still there', step: stepId('3.2') },
      { type: 'hold ended' },
    ]);
    expect([state.status, state.hold, state.armed]).toEqual(['rolling back', null, [stepId('3.2')]]);
    expect(state.steps[stepId('3.2')]?.status).toBe('undo failed');
  });

  test('goes back over the cutover only, or over all that is armed, last first', () => {
    const { state } = told([...did('0'), ...did('1.1'), ...did('1.2'), ...did('3.0'), ...UNTIL_SP5, ...did('3.2'), ...did('3.5')]);
    const ids = (to: 'SP0' | 'SP5') => stepsToUndo(PLAN, state, to).map(({ id }) => id);
    expect(ids('SP5')).toEqual([stepId('3.5'), stepId('3.2')]);
    // Backups stay: they are kept on purpose.
    expect(ids('SP0')).toEqual([stepId('3.5'), stepId('3.2'), stepId('3.0'), stepId('1.2'), stepId('0')]);
    expect(rollbackFloor(state)).toBe('SP5');
  });

  test('closes the window that it opened in', () => {
    const { state } = told([{ type: 'window opened' }, { type: 'window closed', how: 'rolled back' }]);
    expect([state.window?.how, (state.window?.closedAt ?? 0) > (state.window?.openedAt ?? 0)]).toEqual(['rolled back', true]);
  });
});
