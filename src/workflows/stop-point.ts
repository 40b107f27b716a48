import { isReleased } from '../plan/decide.js';
import type { StopPointId } from '../plan/operation.js';
import { hashShown, showStopPoint } from '../plan/show.js';
import type { Run } from './run.js';
import { hold, waitUntil } from './stage.js';
import { EndEarly } from './turns.js';

/** Waits until enough people approve exactly what is shown. Time alone never releases it. */
export async function stopPoint(run: Run, id: StopPointId): Promise<void> {
  const rule = run.plan.stopPoints.find((candidate) => candidate.id === id);
  if (!rule) return;
  for (;;) {
    const checks = showStopPoint(rule, run.plan.steps, run.state);
    run.emit({ type: 'stop point opened', stopPoint: id, shown: hashShown(rule, checks, run.state), checks });
    await waitUntil(run, () => isReleased(rule, run.state) || run.state.stopPoints[id]?.status === 'rejected');
    if (run.state.stopPoints[id]?.status !== 'rejected') break;
    await hold(run, { why: `${id} was rejected`, step: null });
  }
  run.emit({ type: 'stop point released', stopPoint: id });
  if (run.input.until === id) throw new EndEarly();
}
