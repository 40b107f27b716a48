import type { StatePaths } from '../world/state-directory.js';
import { endLeftovers, endProcess } from './leftovers.js';
import { lockHolder } from './lock-file.js';

/** Worker and server each get their grace from the supervisor; this is when it itself has hung. */
const SUPERVISOR_GRACE_MS = 100_000;

/** Ends worker, then server. Runs stay in the database and go on with the next start. False when nothing ran. */
export async function stopService(paths: StatePaths): Promise<boolean> {
  const holder = await lockHolder(paths.supervisorLock);
  if (holder) await endProcess(holder, SUPERVISOR_GRACE_MS);
  await endLeftovers(paths.service);
  return holder !== null;
}
