import { describe, expect, it } from '@jest/globals';
import type { RunEvent } from '../../../src/plan/run-event.js';
import { reportOf } from '../../../src/report/report.js';
import { reportText } from '../../../src/report/report-text.js';
import { approved, did, opened, PLAN, stepId, told } from './story.js';

const reportFor = (events: readonly RunEvent[]) => reportOf({ folder: '/state/runs/7f3a12cd', plan: PLAN, ...told(events) });

const stop = stepId('3.2');
const BACK: readonly RunEvent[] = [
  ...did('0'),
  opened('SP0', [{ id: '0#1', says: 'the plan has been read', verdict: 'attested', limit: '', live: '' }]),
  ...approved('SP0', false),
  ...approved('SP0'),
  ...did('1.1', { facts: { files: 3 }, checks: [{ id: 'digest-equal', verdict: 'pass', live: '3 of 3' }] }),
  { type: 'window opened' },
  { type: 'step armed', step: stop, attempt: 1 },
  { type: 'step failed', step: stop, failure: { code: 'STEP_TIMED_OUT', message: 'too slow', next: '' } },
  { type: 'rollback started', to: 'SP5', cause: 'too slow' },
  { type: 'undo started', step: stop },
  { type: 'undo done', step: stop, ms: 800, how: 'undone', evidence: { facts: {}, checks: [] } },
  { type: 'window closed', how: 'rolled back' },
  { type: 'rollback ended', to: 'SP5' },
];

describe('the report', () => {
  it('has a row for every try, with its undo, and says which steps never ran', () => {
    const { steps } = reportFor(BACK);
    const brief = steps.map(({ stage, result, undo }) => [stage, result, undo.how]);
    expect(brief).toEqual([
      ['0', 'done', 'armed'],
      ['1.1', 'done', 'kept'],
      ['3.2', 'failed', 'undone'],
      ['1.2', 'not run', 'not armed'],
      ['3.0', 'not run', 'not armed'],
      ['3.5', 'not run', 'not armed'],
      ['4.3', 'not run', 'not armed'],
    ]);
  });

  it('keeps a step that was undone and done again as two rows', () => {
    const again: readonly RunEvent[] = [
      { type: 'step armed', step: stop, attempt: 2 },
      { type: 'step done', step: stop, ms: 5, already: true, evidence: { facts: {}, checks: [] } },
    ];
    const rows = reportFor([...BACK, ...again]).steps.filter(({ step }) => step === stop);
    expect(rows.map(({ attempt, result }) => [attempt, result])).toEqual([
      [1, 'failed'],
      [2, 'done before'],
    ]);
  });

  it('tells who decided what for which hash, and what was refused', () => {
    const { stopPoints, messages } = reportFor(BACK);
    expect(stopPoints).toMatchObject([
      { stopPoint: 'SP0', decisions: [{ verdict: 'approve', person: 'lee', reason: 'looked', attest: ['*'] }] },
    ]);
    expect(messages.map(({ receipt }) => receipt)).toEqual([{ counted: false, code: 'STALE_HASH' }, { counted: true }]);
  });

  it('measures the window and the way back, and names where backups lie', () => {
    const report = reportFor(BACK);
    expect(report.windows).toMatchObject([{ how: 'rolled back' }]);
    const [window] = report.windows;
    expect((window?.closedAt ?? 0) - (window?.openedAt ?? 0)).toBe(6_000);
    expect(report.rollbacks).toMatchObject([{ to: 'SP5', cause: 'too slow' }]);
    expect(report.backups).toEqual([{ step: stepId('1.1'), folder: `/state/runs/7f3a12cd/backups/${stepId('1.1')}`, result: 'done' }]);
  });

  it('verifies the journal, and sees one changed byte', () => {
    const { entries, state } = told(BACK);
    const input = { folder: '/f', plan: PLAN, state };
    expect(reportOf({ ...input, entries }).journal.firstBroken).toBeNull();
    const changed = entries.map((entry) => (entry.n === 4 ? { ...entry, at: entry.at + 1 } : entry));
    const broken = reportOf({ ...input, entries: changed });
    expect(broken.journal.firstBroken).toBe(4);
    expect(reportText(broken)).toContain('BROKEN at entry 4');
  });

  it('gives the state-preservation lines a section of their own once the record is written', () => {
    expect(reportText(reportFor(BACK))).toContain('not written: the run did not reach step 4.3');
    const evidence = { facts: { downtime: '1.2 s' }, checks: [{ id: '8#1', verdict: 'pass', live: 'same system identifier' } as const] };
    const text = reportText(reportFor([...BACK, ...did('4.3', evidence)]));
    expect(text).toMatch(/Deployment record and state preservation\n-+\ndowntime {2}1\.2 s\n8#1 {7}pass: same system identifier\n/);
  });

  it('reads as one text with its sections in order', () => {
    const text = reportText(reportFor(BACK));
    const titles = [...text.matchAll(/^(.+)\n-+$/gm)].map(([, title]) => title);
    expect(titles).toEqual([
      'Steps',
      'Evidence',
      'Stop points',
      'Windows',
      'Rollbacks',
      'Messages',
      'Deployment record and state preservation',
      'Backups (kept on purpose)',
      'Record',
    ]);
    expect(text).toMatch(/\[3\.2\] +#5 .* 1 +failed +undone in 800 ms; STEP_TIMED_OUT: too slow/);
  });
});
