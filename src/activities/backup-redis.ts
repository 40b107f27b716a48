import type { OperationOf } from '../plan/operation.js';
import { proveRedis } from './backup-redis-proof.js';
import { takeRedis } from './backup-redis-take.js';
import { backing } from './backing.js';
import type { Operator } from './operator.js';

/** A copy taken by a throw-away replica, so that the original goes on; loaded by another server and compared. */
export const backupRedis: Operator<OperationOf<'backup.redis'>> = backing({
  async take(step, operation, folder) {
    const taken = await takeRedis(step, operation, folder);
    return await proveRedis(step, operation, folder, taken);
  },
});
