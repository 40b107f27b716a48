import type { OperationOf } from '../plan/operation.js';
import { SOURCE, proveArchive, takeArchive } from './backup-archive.js';
import { backing } from './backing.js';
import type { Operator } from './operator.js';

/** The volume as an archive, read through a read-only mount of a throw-away container and unpacked in another. */
export const backupVolume: Operator<OperationOf<'backup.volume'>> = backing({
  async take(step, { image, volume }, folder) {
    const mount = { type: 'volume', volume, target: SOURCE, readOnly: true } as const;
    const archive = { image, mount, name: volume };
    return await proveArchive(step, archive, folder, await takeArchive(step, archive, folder));
  },
});
