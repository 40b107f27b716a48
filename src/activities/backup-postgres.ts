import type { OperationOf } from '../plan/operation.js';
import { endTagged, tagOf } from '../world/container-exec.js';
import { provePostgres } from './backup-postgres-proof.js';
import { takePostgres } from './backup-postgres-take.js';
import { backing } from './backing.js';
import type { Operator } from './operator.js';

/** Every database and the roles, dumped under a snapshot and restored into a scratch cluster of the same image. */
export const backupPostgres: Operator<OperationOf<'backup.postgres'>> = backing({
  async take(step, operation, folder) {
    const taken = await takePostgres(step, operation, folder);
    return await provePostgres(step, operation, folder, taken);
  },
  async sweep(step, { container }) {
    await endTagged(container, tagOf(step), { timeoutMs: 60_000 });
  },
});
