import { shortDigest } from '../record/digest.js';
import type { Mark, Phase } from './road.js';
import { checkLines } from './check-lines.js';
import { phaseOf } from './road.js';
import type { OpenStopPoint, Status } from './status.js';
import { spread } from './table.js';
import { clock, dateTime, duration } from './words.js';

const WIDTH = 100;

const MARKS: { readonly [mark in Mark]: string } = {
  done: '✔ ',
  running: '▸ ',
  failed: '✖ ',
  undone: '↩ ',
  pending: '· ',
  open: '▸',
  released: '■',
  rejected: '✖',
  closed: '□',
};

/** What a tired person needs: where, how long, what it costs, how to get back, what to type. */
export function statusText(status: Status): string {
  return [
    headline(status),
    ...status.phases.map((phase) => phaseLine(phase, status)),
    ...happening(status),
    ...windowLine(status),
    ...rollbackLine(status),
    ...sourceLine(status),
    ...(status.wayBack && status.status !== 'ended' ? [`If this machine dies: ${status.wayBack}`] : []),
    ...nextLines(status),
  ]
    .join('\n')
    .concat('\n');
}

function headline(status: Status): string {
  const phase = status.stage === null ? '' : ` · phase ${phaseOf(status.stage)} of 4`;
  const what = status.outcome ?? status.status;
  const attempt = status.attempt > 1 && status.status !== 'ended' ? ` · attempt ${status.attempt}` : '';
  return spread(`${status.deployment} · run ${status.runId}${phase} · ${what}${attempt}`, `started ${dateTime(status.startedAt)}`, WIDTH);
}

function phaseLine({ number, title, stations, ms }: Phase, status: Status): string {
  const here = status.outcome === null && status.stage !== null && phaseOf(status.stage) === number ? '▸' : ' ';
  const road = stations.map(({ id, mark }) => `${MARKS[mark]}${id}`).join(' ');
  return spread(`${here} ${number} ${title.padEnd(12)} ${road}`, ms > 0 ? duration(ms) : '', WIDTH).trimEnd();
}

function happening(status: Status): readonly string[] {
  const { step, stopPoint, hold, asOf } = status;
  if (hold) return ['', `on hold since ${clock(hold.since)}: ${hold.why}`, ...(hold.next ? [`  ${hold.next}`] : [])];
  if (step) return [`now: ${step.stage} ${step.summary}${step.since === null ? '' : `, for ${duration(asOf - step.since)}`}`];
  if (stopPoint && status.status === 'waiting') return ['', ...stopPointLines(stopPoint), ''];
  return [];
}

function stopPointLines(stopPoint: OpenStopPoint): readonly string[] {
  const { id, question, shown, since, checks, approvedBy, needs, mayDecide } = stopPoint;
  const who = mayDecide.length > 0 ? mayDecide.join(', ') : 'anybody';
  const approvals = approvedBy.length > 0 ? `${approvedBy.length} of ${needs} (${approvedBy.join(', ')})` : `0 of ${needs}`;
  return [
    `■ ${id}: ${question}`,
    `  open since ${since === null ? '?' : clock(since)} · approvals ${approvals} · may decide: ${who} · shown ${shortDigest(shown)}`,
    ...checkLines(checks).map((line) => `  ${line}`),
  ];
}

function windowLine({ window, asOf }: Status): readonly string[] {
  if (!window) return [];
  const length = duration((window.closedAt ?? asOf) - window.openedAt);
  const budget = duration(window.budgetMs);
  if (window.closedAt !== null)
    return [`window ${clock(window.openedAt)} to ${clock(window.closedAt)}: ${length} of ${budget}, then ${window.how}`];
  const left = window.openedAt + window.budgetMs - asOf;
  return [
    `window open for ${length} of ${budget} · ${left > 0 ? `${duration(left)} left, then the run goes back` : 'the budget has passed: going back'}`,
  ];
}

function rollbackLine({ rollback }: Status): readonly string[] {
  if (!rollback) return [];
  if (rollback.endedAt === null) return [`going back to ${rollback.to} since ${clock(rollback.startedAt)}: ${rollback.cause}`];
  return [`went back to ${rollback.to} in ${duration(rollback.endedAt - rollback.startedAt)}: ${rollback.cause}`];
}

function sourceLine({ source }: Status): readonly string[] {
  return source.from === 'disk' && source.why ? [`as the journal on disk tells, since ${source.why}`] : [];
}

function nextLines({ next, plainSignal }: Status): readonly string[] {
  const [first, ...others] = next;
  const lines = [`next: ${first}`, ...others.map((line) => `  or: ${line}`)];
  return plainSignal ? [...lines, `  or: ${plainSignal}`] : lines;
}
