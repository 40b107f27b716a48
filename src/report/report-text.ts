import type { Evidence } from '../plan/evidence.js';
import { shortDigest } from '../record/digest.js';
import { checkLines } from './check-lines.js';
import type { Report } from './report.js';
import type { StepRow } from './step-rows.js';
import type { StopPointRow } from './stop-point-rows.js';
import { cut, table } from './table.js';
import { clock, counted, dateTime, duration } from './words.js';

/** The report as people read it: what was asked, done, shown and decided, and where everything lies. */
export function reportText(report: Report): string {
  return [
    ...head(report),
    ...section('Steps', stepLines(report)),
    ...section('Evidence', report.steps.flatMap(evidenceLines)),
    ...section('Stop points', report.stopPoints.flatMap(stopPointLines)),
    ...section('Windows', windowLines(report)),
    ...section('Rollbacks', rollbackLines(report)),
    ...section(
      'Holds',
      report.holds.map(({ at, why }) => `${clock(at)}  ${why}`),
    ),
    ...section('Messages', messageLines(report)),
    ...section('Deployment record and state preservation', recordLines(report)),
    ...section('Backups (kept on purpose)', table(report.backups.map(({ step, folder, result }) => [step, result, folder]))),
    ...section('Record', journalLines(report)),
  ]
    .join('\n')
    .concat('\n');
}

function head(report: Report): readonly string[] {
  const { wallMs, stepsMs, waitedForPeopleMs } = report.totals;
  const end = report.endedAt === null ? 'still open' : `ended ${dateTime(report.endedAt)}`;
  return [
    `${report.deployment} · run ${report.runId} · ${report.outcome ?? report.status}`,
    `started ${dateTime(report.startedAt)} by ${report.startedBy || 'nobody known'}, ${end}`,
    `${duration(wallMs)} by the clock, of which ${duration(waitedForPeopleMs)} at stop points; steps ${duration(stepsMs)} in all`,
    `plan ${shortDigest(report.planHash)}, build ${report.buildId}`,
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, '-'.repeat(title.length), ...lines];
}

function stepLines({ steps }: Report): readonly string[] {
  const header = ['stage', '#', 'step', 'try', 'result', 'time', 'undo'];
  return table([header, ...steps.map(stepCells)]);
}

function stepCells({ stage, number, summary, attempt, result, ms, undo, failure }: StepRow): readonly string[] {
  const way = undo.ms === null ? undo.how : `${undo.how} in ${duration(undo.ms)}`;
  const trouble = failure ?? undo.failure;
  return [
    `[${stage}]`,
    `#${number}`,
    cut(summary, 70),
    attempt === null ? '' : String(attempt),
    result,
    ms === null ? '' : duration(ms),
    trouble ? `${way}; ${trouble.code}: ${trouble.message}` : way,
  ];
}

function evidenceLines({ number, step, evidence }: StepRow): readonly string[] {
  if (!evidence) return [];
  const facts = factWords(evidence);
  const checks = evidence.checks.map(({ id, verdict, live }) => `     ${verdict} ${id}${live ? `: ${cut(live, 90)}` : ''}`);
  return facts.length === 0 && checks.length === 0 ? [] : [`#${number} ${step}${facts ? `: ${facts}` : ''}`, ...checks];
}

function factWords({ facts }: Evidence): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function stopPointLines({ stopPoint, shown, openedAt, releasedAt, rejected, checks, decisions }: StopPointRow): readonly string[] {
  const end = releasedAt !== null ? `released ${clock(releasedAt)}` : rejected ? 'rejected' : 'not released';
  return [
    `■ ${stopPoint} opened ${clock(openedAt)}, ${end}, shown ${shortDigest(shown)}`,
    ...decisions.map(({ at, verdict, person, reason, attest, override, via }) =>
      [
        `  ${clock(at)} ${verdict} by ${person} (${via})`,
        reason ? `: ${reason}` : '',
        attest.length > 0 ? `; answers for ${attest.includes('*') ? 'all that ask for a person' : attest.join(', ')}` : '',
        override.length > 0 ? `; accepts ${override.join(', ')}` : '',
      ].join(''),
    ),
    ...checkLines(checks).map((line) => `  ${line}`),
  ];
}

function windowLines({ windows }: Report): readonly string[] {
  return windows.map(({ openedAt, closedAt, how }) => {
    if (closedAt === null) return `opened ${clock(openedAt)}, still open`;
    return `${clock(openedAt)} to ${clock(closedAt)}: ${duration(closedAt - openedAt)}, then ${how}`;
  });
}

function rollbackLines({ rollbacks }: Report): readonly string[] {
  return rollbacks.map(({ to, cause, startedAt, endedAt }) => {
    const took = endedAt === null ? 'not ended' : `took ${duration(endedAt - startedAt)}`;
    return `${clock(startedAt)} back to ${to}, ${took}: ${cause}`;
  });
}

function messageLines({ messages, messagesNotKept }: Report): readonly string[] {
  const rows = messages.map(({ at, message, receipt, via }) => [
    clock(at),
    receipt.counted ? 'counted' : `refused ${receipt.code}`,
    `${message.verdict}${'stopPoint' in message ? ` ${message.stopPoint}` : ''}${message.verdict === 'rollback' ? ` to ${message.to}` : ''}`,
    `by ${message.person} (${via})`,
    message.reason,
  ]);
  const rest = messagesNotKept > 0 ? [`${counted(messagesNotKept, 'further message')} malformed or past the limit: counted, not kept`] : [];
  return [...table(rows), ...rest];
}

function recordLines({ record }: Report): readonly string[] {
  if (!record) return ['not written: the run did not reach step 4.3'];
  const facts = Object.entries(record.facts).map(([name, value]) => [name, String(value)]);
  const checks = record.checks.map(({ id, verdict, live, limit }) => [id, [verdict, live ?? limit].filter(Boolean).join(': ')]);
  return table([...facts, ...checks]);
}

function journalLines({ journal, folder }: Report): readonly string[] {
  const verdict = journal.firstBroken === null ? 'every link holds' : `BROKEN at entry ${journal.firstBroken}`;
  return [
    `${journal.entries} entries, ${verdict}; head ${journal.head === null ? 'none' : shortDigest(journal.head)}`,
    `everything lies in ${folder}`,
  ];
}
