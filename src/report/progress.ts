import type { PlanSkeleton } from '../plan/run-plan.js';
import type { RunState, StopPointState } from '../plan/run-state.js';
import { clock, duration } from './words.js';

/** What happened between two looks at a run, one line each: the live view of `start --follow` and `wait`. */
export function progressLines(plan: PlanSkeleton, before: RunState | null, after: RunState): readonly string[] {
  return [
    ...causes(before, after),
    ...plan.steps.flatMap((step) => {
      const was = before?.steps[step.id];
      const is = after.steps[step.id];
      if (!is || (was && was.status === is.status && was.attempt === is.attempt)) return [];
      return stepLine(`[${step.stage}] #${step.number} ${step.summary}`, is);
    }),
    ...results(before, after),
  ];
}

function stepLine(name: string, is: RunState['steps'][string]): readonly string[] {
  const time = is.ms === null ? '' : `  ${duration(is.ms)}`;
  switch (is.status) {
    case 'running':
      return [`  ▸ ${name}`];
    case 'done':
      return [`  ✔ ${name}${time}`];
    case 'failed':
      return [`  ✖ ${name}: ${is.failure?.message ?? 'failed'}`];
    case 'undoing':
      return [`  ↩ ${name}`];
    case 'undone':
      return [`  ↩ ${name}: ${is.undone?.how ?? 'undone'}${is.undone ? `  ${duration(is.undone.ms)}` : ''}`];
    case 'undo failed':
      return [`  ✖ undo of ${name}: ${is.failure?.message ?? 'failed'}`];
    case 'pending':
      return [];
  }
}

/** What makes steps happen. */
function causes(before: RunState | null, { window, rollback, stopPoints }: RunState): readonly string[] {
  const lines = changedStopPoints(before, stopPoints, 'released').map(
    ([id, { releasedAt }]) => `${clock(releasedAt ?? 0)} ■ ${id} is released`,
  );
  if (window && window.openedAt !== before?.window?.openedAt) lines.push(`${clock(window.openedAt)} the window opens: production is down`);
  if (rollback && rollback.startedAt !== before?.rollback?.startedAt) {
    lines.push(`${clock(rollback.startedAt)} going back to ${rollback.to}: ${rollback.cause}`);
  }
  return lines;
}

/** What steps lead to. */
function results(before: RunState | null, { window, rollback, hold, stopPoints, outcome, endedAt }: RunState): readonly string[] {
  const lines: string[] = [];
  if (window?.closedAt && window.closedAt !== before?.window?.closedAt) {
    lines.push(`${clock(window.closedAt)} the window ends after ${duration(window.closedAt - window.openedAt)}: ${window.how}`);
  }
  if (rollback?.endedAt && rollback.endedAt !== before?.rollback?.endedAt)
    lines.push(`${clock(rollback.endedAt)} went back to ${rollback.to}`);
  if (hold && hold.since !== before?.hold?.since) lines.push(`${clock(hold.since)} on hold: ${hold.why}`);
  for (const [id, { openedAt }] of changedStopPoints(before, stopPoints, 'open')) lines.push(`${clock(openedAt ?? 0)} ■ ${id} is open`);
  if (outcome && outcome !== before?.outcome) lines.push(`${clock(endedAt ?? 0)} the run ended: ${outcome}`);
  return lines;
}

function changedStopPoints(
  before: RunState | null,
  now: RunState['stopPoints'],
  status: StopPointState['status'],
): [string, StopPointState][] {
  return Object.entries(now).filter(([id, stopPoint]) => {
    const was = before?.stopPoints[id as keyof RunState['stopPoints']];
    return stopPoint.status === status && (was?.status !== status || was.openedAt !== stopPoint.openedAt);
  });
}
