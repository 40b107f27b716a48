import type { CheckResult } from '../plan/checks.js';
import type { Evidence } from '../plan/evidence.js';
import type { OperationOf } from '../plan/operation.js';
import type { ServiceCheck } from '../plan/schema.js';
import { nothingSent } from './nothing-sent.js';
import { oldUnaffected } from './old-unaffected.js';
import { looking, type Operator, type StepContext } from './operator.js';
import { stateChecks } from './project-state.js';
import { answersOf } from './service-answers.js';
import { startWords } from './start-words.js';

type Operation = OperationOf<'service.check'>;

const SECONDS = { start: 60, smoke: 30, full: 60 } as const;
const STABLE_SECONDS = { start: 3, smoke: 0, full: 5 } as const;

/** Whether an environment works, as its services say themselves: states, bodies, owners of ports, logs. */
export const serviceCheck: Operator<Operation> = looking(look);

async function look(step: StepContext, operation: Operation): Promise<Evidence> {
  const started = Date.now();
  const { environment, depth } = operation;
  const { project, folder } = step.target.environments[environment];
  const place = { project, directory: folder };
  const seconds = secondsFor(step, depth);
  const checks = checksFor(step, operation);
  const [states, answers] = await Promise.all([
    stateChecks(step, { place, seconds, stableSeconds: STABLE_SECONDS[depth] }),
    answersOf(step, { ...place, checks, seconds }),
  ]);
  const words = depth === 'smoke' ? [] : await startWords(step, environment);
  const beside = environment === 'staging' ? await besides(step, depth) : [];
  return { facts: { project, depth, milliseconds: Date.now() - started }, checks: [...states, ...answers, ...words, ...beside] };
}

/** In the window all of its time is the users': a check that does not pass by half of the budget will not. */
function secondsFor({ plan }: StepContext, depth: Operation['depth']): number {
  return depth === 'smoke' ? Math.min(SECONDS.smoke, plan.limits.budgetSeconds / 2) : SECONDS[depth];
}

function checksFor({ target }: StepContext, { environment, depth }: Operation): readonly ServiceCheck[] {
  const { checks } = target.planFile.content;
  const all = [...checks.both, ...checks[environment]];
  return depth === 'smoke' ? all.filter(({ smoke }) => smoke) : all;
}

async function besides(step: StepContext, depth: Operation['depth']): Promise<readonly CheckResult[]> {
  const sent = depth === 'full' ? await nothingSent(step, 'nothing-sent') : null;
  return [await oldUnaffected(step), ...(sent ? [sent] : [])];
}
