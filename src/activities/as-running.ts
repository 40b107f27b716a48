import type { CheckResult } from '../plan/checks.js';
import { verdict } from '../split/verdict.js';
import { composeModel } from '../world/compose.js';
import { orNull } from '../world/docker.js';
import type { StepContext } from './operator.js';

/**
 * Whether the files say what the containers run with: edited after the last start, or started with shell variables
 * around, they do not, and production would come up different from what people use today.
 */
export async function asRunning({ target, docker, signal }: StepContext): Promise<CheckResult> {
  const { name, directory, files, services } = target.observation.app;
  const { interpolated } = await composeModel({ project: name, directory, files: files.map(({ path }) => path) }, { signal });
  const different: string[] = [];
  let looked = 0;
  for (const service of services) {
    const container = await orNull(docker.getContainer(service.containerId).inspect());
    if (!container) return { id: 'as-running', verdict: 'cannot tell', live: `the container of '${service.name}' is gone` };
    const running = new Map(container.Config.Env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
    for (const [key, value] of Object.entries(interpolated.services[service.name]?.environment ?? {})) {
      looked += 1;
      if (running.get(key) !== (value ?? undefined)) different.push(`${service.name}: ${key}`);
    }
  }
  return verdict('as-running', "the files say what today's containers run with", different, looked);
}
