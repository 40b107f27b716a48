import { STOP_POINT_IDS, type StageId, type StopPointId } from './operation.js';
import type { RunPlan } from './run-plan.js';

/** After which stage each stop point stands. */
export const STOP_POINT_AFTER: { readonly [stage in StageId]?: StopPointId } = {
  '0': 'SP0',
  '1.2': 'SP1',
  '1.4': 'SP2',
  '2.1': 'SP3',
  '2.3': 'SP4',
  '3.0': 'SP5',
  '3.6': 'SP6',
  '4.3': 'SP7',
};

/** One line per step and stop point: what people review, and the golden text of the tests. */
export function renderPlan(plan: RunPlan): string {
  const lines: string[] = [];
  for (const [index, step] of plan.steps.entries()) {
    const flags = [step.inWindow ? 'window' : null, step.undo === 'armed' ? 'undo' : step.undo === 'none' ? null : step.undo].filter(
      Boolean,
    );
    lines.push(
      `[${step.stage}] #${step.number} ${step.kind}, ${step.summary} (${step.cause})${flags.length > 0 ? ` {${flags.join(', ')}}` : ''}`,
    );
    const last = plan.steps[index + 1]?.stage !== step.stage;
    const id = last ? STOP_POINT_AFTER[step.stage] : undefined;
    const rule = id && plan.stopPoints.find((candidate) => candidate.id === id);
    if (rule)
      lines.push(
        `[${step.stage}] ■ ${rule.id} ${rule.question} {${rule.checks.length} checks, ${rule.needs} of ${rule.mayDecide.length > 0 ? rule.mayDecide.join(', ') : 'anybody'}}`,
      );
  }
  lines.push(
    `budget of the window ${plan.limits.budgetSeconds} s; ${STOP_POINT_IDS.length} stop points; plan ${plan.hash.slice(0, 12)}, shape ${plan.shapeHash.slice(0, 12)}`,
  );
  return `${lines.join('\n')}\n`;
}
