import type { OperationKind } from '../plan/operation.js';
import type { Activities } from '../workflows/messages.js';
import { announceSend } from './announce-send.js';
import { backupBind } from './backup-bind.js';
import { backupFiles } from './backup-files.js';
import { backupPostgres } from './backup-postgres.js';
import { backupRedis } from './backup-redis.js';
import { backupVolume } from './backup-volume.js';
import { composeValidate } from './compose-validate.js';
import { composeWrite } from './compose-write.js';
import { databaseFiles } from './database-files.js';
import { databaseStart } from './database-start.js';
import { envFilesWrite } from './env-files-write.js';
import { folderMake } from './folder-make.js';
import { activitiesOf, type HarnessDependencies } from './harness.js';
import { imagesPin } from './images-pin.js';
import { isolationProbe } from './isolation-probe.js';
import { isolationTogether } from './isolation-together.js';
import { journalMirror } from './journal-mirror.js';
import { lockTake } from './lock-take.js';
import { monitorWatch } from './monitor-watch.js';
import { networkConnect } from './network-connect.js';
import type { Operators } from './operator.js';
import { prerequisitesCheck } from './prerequisites-check.js';
import { projectCreate } from './project-create.js';
import { projectRetire } from './project-retire.js';
import { projectStart } from './project-start.js';
import { projectStop } from './project-stop.js';
import { recordWrite } from './record-write.js';
import { runFinish } from './run-finish.js';
import { schemaApply } from './schema-apply.js';
import { schemaCompare } from './schema-compare.js';
import { serviceCheck } from './service-check.js';
import { volumesAdopt } from './volumes-adopt.js';
import { volumesMake } from './volumes-make.js';
import { wayBackWrite } from './way-back-write.js';
import { windowWait } from './window-wait.js';

/** One operator per kind of step: a forgotten kind does not compile. */
export const OPERATORS: Operators = {
  'lock.take': lockTake,
  'prerequisites.check': prerequisitesCheck,
  'backup.files': backupFiles,
  'backup.postgres': backupPostgres,
  'backup.redis': backupRedis,
  'backup.volume': backupVolume,
  'backup.bind': backupBind,
  'database.files': databaseFiles,
  'database.start': databaseStart,
  'schema.apply': schemaApply,
  'schema.compare': schemaCompare,
  'folder.make': folderMake,
  'env-files.write': envFilesWrite,
  'compose.write': composeWrite,
  'compose.validate': composeValidate,
  'images.pin': imagesPin,
  'volumes.make': volumesMake,
  'project.create': projectCreate,
  'project.start': projectStart,
  'project.stop': projectStop,
  'project.retire': projectRetire,
  'volumes.adopt': volumesAdopt,
  'network.connect': networkConnect,
  'way-back.write': wayBackWrite,
  'announce.send': announceSend,
  'window.wait': windowWait,
  'service.check': serviceCheck,
  'isolation.probe': isolationProbe,
  'isolation.together': isolationTogether,
  'monitor.watch': monitorWatch,
  'record.write': recordWrite,
};

/** Everything that a worker registers: a step and an undo per kind, and the run's own book-keeping. */
export function createActivities(dependencies: HarnessDependencies & { readonly buildId: string }): Activities {
  const steps = Object.entries(OPERATORS).flatMap(([kind, operator]) => {
    const { forward, back } = activitiesOf(operator as never, dependencies);
    return [[kind as OperationKind, forward] as const, [`undo ${kind as OperationKind}`, back] as const];
  });
  return {
    ...(Object.fromEntries(steps) as unknown as Activities),
    'build.id': async () => dependencies.buildId,
    'journal.mirror': journalMirror(dependencies.runsFolder),
    'run.finish': runFinish(dependencies),
  };
}
