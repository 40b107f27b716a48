import { basename } from 'node:path';
import type { OperationOf } from '../plan/operation.js';
import { SOURCE, proveArchive, takeArchive } from './backup-archive.js';
import { backing } from './backing.js';
import type { Operator } from './operator.js';

/** A folder of the host, read by root inside a throw-away container: whoever owns it, and wherever the engine is. */
export const backupBind: Operator<OperationOf<'backup.bind'>> = backing({
  async take(step, { image, path }, folder) {
    const mount = { type: 'bind', source: path, target: SOURCE, readOnly: true } as const;
    const archive = { image, mount, name: basename(path) || 'root' };
    return await proveArchive(step, archive, folder, await takeArchive(step, archive, folder));
  },
});
