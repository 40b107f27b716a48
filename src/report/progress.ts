import type { PlanSkeleton } from '../plan/run-plan.js';
import type { RunState } from '../plan/run-state.js';
import { clock, duration } from './words.js';

/** What happened between two looks at a run, one line each: the live view of `start --follow` and `wait`. */
export function progressLines(plan: PlanSkeleton, before: RunState | null, after: RunState): readonly string[] {
  return [
    ...plan.steps.flatMap((step) => {
      const was = before?.steps[step.id];
      const is = after.steps[step.id];
      if (!is || (was && was.status === is.status && was.attempt === is.attempt)) return [];
      return stepLine(`[${step.stage}] #${step.number} ${step.summary}`, is);
    }),
    ...runLines(before, after),
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

function runLines(before: RunState | null, after: RunState): readonly string[] {
  const lines: string[] = [];
  const { window, rollback, hold } = after;
  if (window && window.openedAt !== before?.window?.openedAt) lines.push(`${clock(window.openedAt)} the window opens: production is down`);
  if (window?.closedAt && window.closedAt !== before?.window?.closedAt) {
    lines.push(`${clock(window.closedAt)} the window ends after ${duration(window.closedAt - window.openedAt)}: ${window.how}`);
  }
  if (rollback && rollback.startedAt !== before?.rollback?.startedAt)
    lines.push(`${clock(rollback.startedAt)} going back to ${rollback.to}: ${rollback.cause}`);
  if (rollback?.endedAt && rollback.endedAt !== before?.rollback?.endedAt)
    lines.push(`${clock(rollback.endedAt)} went back to ${rollback.to}`);
  if (hold && hold.since !== before?.hold?.since) lines.push(`${clock(hold.since)} on hold: ${hold.why}`);
  for (const [id, stopPoint] of Object.entries(after.stopPoints)) {
    const was = before?.stopPoints[id as keyof RunState['stopPoints']];
    if (was?.status === stopPoint.status && was.openedAt === stopPoint.openedAt) continue;
    if (stopPoint.status === 'open') lines.push(`${clock(stopPoint.openedAt ?? 0)} ■ ${id} is open`);
    if (stopPoint.status === 'released') lines.push(`${clock(stopPoint.releasedAt ?? 0)} ■ ${id} is released`);
  }
  if (after.outcome && after.outcome !== before?.outcome) lines.push(`${clock(after.endedAt ?? 0)} the run ended: ${after.outcome}`);
  return lines;
}
