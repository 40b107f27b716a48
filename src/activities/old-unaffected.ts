import type { CheckResult } from '../plan/checks.js';
import { containerFacts } from '../world/project-containers.js';
import type { StepContext } from './operator.js';
import { check } from './project-state.js';

/** `old-unaffected`: what ran when the plan was compiled still runs, never restarted: same containers, same start. */
export async function oldUnaffected({ docker, target }: StepContext): Promise<CheckResult> {
  const ran = target.observation.app.services.filter(({ running }) => running);
  const problems = await Promise.all(
    ran.map(async ({ containerId, containerName, startedAt }) => {
      const now = await containerFacts(docker, containerId);
      if (!now) return `${containerName}: gone`;
      if (now.status !== 'running') return `${containerName}: ${now.status}`;
      return now.startedAt === startedAt ? null : `${containerName}: started anew`;
    }),
  );
  const found = ran.length === 0 ? ['nothing ran before'] : problems.filter((problem) => problem !== null);
  return check('old-unaffected', 'every observed container runs since before', found, `${ran.length} containers`);
}
