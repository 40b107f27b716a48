import { stateDirectory, statePaths } from '../world/state-directory.js';
import { releaseLock, takeLock } from './lock-file.js';
import type { ServicePlan } from './service-plan.js';
import { supervise } from './supervisor.js';

/** Started detached by `stoppoint up`, its output going to supervisor.log. */
async function main(planText: string): Promise<void> {
  const paths = statePaths(stateDirectory());
  const lock = await takeLock(paths.supervisorLock);
  if (!lock.taken) return say(`process ${lock.holder.pid} supervises '${paths.root}' already`);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  process.on('SIGHUP', () => undefined);
  try {
    await supervise({ plan: JSON.parse(planText) as ServicePlan, paths, stop: stop.signal, say });
  } finally {
    await releaseLock(paths.supervisorLock);
  }
}

function say(text: string): void {
  console.log(`${new Date().toISOString()} ${text}`);
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  say(String(error));
  process.exitCode = 1;
});
