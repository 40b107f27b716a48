import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, type ProcessIdentity, signalProcess } from './process-identity.js';
import { readServiceFile } from './service-file.js';

const KILL_AFTER_MS = 10_000;

/** Ends the children of a supervisor that was killed, where the kernel has not done so. */
export async function endLeftovers(serviceFile: string): Promise<void> {
  const file = await readServiceFile(serviceFile);
  for (const child of [file?.worker?.process, file?.temporal?.process]) if (child) await endProcess(child, KILL_AFTER_MS);
}

/** TERM, then KILL; resolves when the process is gone. */
export async function endProcess(child: ProcessIdentity, graceMs: number): Promise<void> {
  await signalProcess(child, 'SIGTERM');
  const killAt = Date.now() + graceMs;
  while (await isAlive(child)) {
    if (Date.now() > killAt) await signalProcess(child, 'SIGKILL');
    await pause(50);
  }
}
