import { describe, expect, it } from '@jest/globals';
import { type Status, type StatusInput, statusOf } from '../../../src/report/status.js';
import { statusText } from '../../../src/report/status-text.js';
import { clock, dateTime } from '../../../src/report/words.js';
import { approved, did, opened, PLAN, START, stepId, told } from './story.js';

const door = { workflowId: 'stoppoint/demo', address: '127.0.0.1:7233', namespace: 'stoppoint' };

function shown(events: Parameters<typeof told>[0], rest: Partial<StatusInput> = {}): { status: Status; text: string } {
  const { state } = told(events);
  const status = statusOf({
    plan: PLAN,
    state,
    source: { from: 'worker' },
    folder: '/state/runs/7f3a12cd',
    wayBack: null,
    now: START + 60_000,
    person: 'kim',
    door,
    ...rest,
  });
  return { status, text: statusText(status) };
}

describe('status', () => {
  it('is ten lines that say where, how long, what waits, how to get back and what to type', () => {
    const failed = { id: '0#4', says: 'the engine runs', verdict: 'fail', limit: 'answers', live: 'no answer' } as const;
    const asked = { id: '0#1', says: 'the plan has been read', verdict: 'attested', limit: '', live: '' } as const;
    const { text, status } = shown([...did('0'), opened('SP0', [asked, failed])], { wayBack: '/state/runs/7f3a12cd/way-back.sh' });
    expect(text.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^demo · run 7f3a12cd · phase 0 of 4 · waiting {2,}started ${dateTime(START + 1_000)}$`)),
      expect.stringMatching(/^▸ 0 before {7}✔ 0 ▸SP0 {2,}1\.2 s$/),
      '  1 prepare      · 1.1 · 1.2 □SP1',
      '  3 production   · 3.0 □SP5 · 3.2 · 3.5',
      '  4 afterwards   · 4.3 □SP7',
      '',
      '■ SP0: SP0 right?',
      `  open since ${clock(START + 5_000)} · approvals 0 of 1 · may decide: anybody · shown abcdef012345`,
      '  ☐  0#1  the plan has been read  a person answers',
      '  ✖  0#4  the engine runs         fail: no answer',
      '',
      'If this machine dies: /state/runs/7f3a12cd/way-back.sh',
      'next: stoppoint approve SP0 --attest-all --override 0#4 --reason WHY',
      '  or: stoppoint reject SP0 --reason WHY',
      '  or: stoppoint rollback --to SP0',
      `  or: ${status.plainSignal}`,
      '',
    ]);
  });

  it('prints a plain signal line whose input a shell hands over unharmed', () => {
    const { status } = shown([opened('SP0')], { person: "o'neil" });
    const input = /--input (.*)$/.exec(status.plainSignal ?? '')?.[1] ?? '';
    const unquoted = input.slice(1, -1).replaceAll(`'\\''`, "'");
    expect(JSON.parse(unquoted)).toEqual({
      runId: '7f3a12cd',
      stopPoint: 'SP0',
      shown: 'abcdef0123456789'.repeat(4),
      person: "o'neil",
      attest: ['*'],
      reason: '',
    });
    expect(status.plainSignal).toContain('--address 127.0.0.1:7233 --namespace stoppoint --workflow-id stoppoint/demo --name approve');
  });

  it('says what is left of the budget while the window is open', () => {
    const { text } = shown([opened('SP5'), ...approved('SP5'), { type: 'window opened' }], { now: START + 25_000 });
    expect(text).toContain('window open for 20.0 s of 1m 00s · 40.0 s left, then the run goes back');
  });

  it('tells the step that runs now', () => {
    const step = stepId('3.2');
    const { text } = shown(
      [
        { type: 'stage entered', stage: '3.2' },
        { type: 'step armed', step, attempt: 1 },
      ],
      { now: START + 5_000 },
    );
    expect(text).toMatch(/^now: 3\.2 project:old: stop and fence .*, for 2\.0 s$/m);
    expect(text).toContain('next: stoppoint wait');
  });

  it('tells why it holds, and offers retry and rollback', () => {
    const step = stepId('1.2');
    const failure = { code: 'CHECKS_FAILED', message: 'the gateway does not answer', next: 'look at its log' };
    const { text } = shown([
      ...did('1.1'),
      { type: 'step armed', step, attempt: 1 },
      { type: 'step failed', step, failure },
      { type: 'hold opened', why: `${step}: ${failure.message}`, step },
    ]);
    expect(text).toContain('the gateway does not answer\n  look at its log\n');
    expect(text).toContain('next: stoppoint retry\n  or: stoppoint rollback --to SP0\n');
  });

  it('offers no rollback after the sign-off', () => {
    const { text } = shown([opened('SP7'), ...approved('SP7'), { type: 'hold opened', why: 'x', step: null }]);
    expect(text).not.toContain('rollback');
  });

  it('says so when it only knows what lies on disk', () => {
    const { text } = shown([opened('SP0')], { source: { from: 'disk', why: 'no worker answered in time' } });
    expect(text).toContain('as the journal on disk tells, since no worker answered in time');
  });

  it('points to the report at the end', () => {
    expect(shown([{ type: 'run ended', outcome: 'done' }]).text).toMatch(/ · done .*[^]*next: stoppoint report\n$/);
  });
});
