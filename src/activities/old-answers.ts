import type { CheckResult } from '../plan/checks.js';
import type { StepContext } from './operator.js';
import { answersOf } from './service-answers.js';

const SECONDS = 60;

/** Whether the old project answers as production did before: the same checks, asked of its own containers. */
export async function oldAnswers(step: StepContext): Promise<readonly CheckResult[]> {
  const { name, directory } = step.target.observation.app;
  const { both, production } = step.target.planFile.content.checks;
  const checks = [...both, ...production].filter(({ smoke }) => smoke);
  return await answersOf(step, { project: name, directory, checks, seconds: SECONDS });
}
