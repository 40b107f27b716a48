/**
 * The words, used nowhere differently.
 *
 * deployment    the running Compose projects to change: the app's project and the database project it leans on
 * environment   `production` or `staging`: what the deployment becomes
 * plan file     `stoppoint.yaml`, what the operator writes
 * observation   a read-only snapshot of files, containers, volumes, networks, ports and variable digests
 * run plan      frozen JSON compiled from plan file and observation; it has a hash
 * stage         one row of the runbook (`1.1` … `4.4`): a group of steps that people see as one
 * operation     a kind of step: one of the closed union below
 * step          one operation on one resource: one probe → act → probe, with id, cause, undo and limits
 * stop point    a step that waits for people
 * undo          the way back of a step, armed before the step starts
 * probe         a question to the world: did this run's step do this?
 * evidence      checked facts that a step leaves behind
 * hold          a run that waits for a person after a failed step or a rejected stop point
 * window        from the old project's stop until the new one answers
 */

export type Environment = 'production' | 'staging';

export const STAGE_IDS = [
  '0',
  '1.1',
  '1.2',
  '1.3',
  '1.4',
  '1.5',
  '2.1',
  '2.2',
  '2.3',
  '3.0',
  '3.1',
  '3.2',
  '3.5',
  '3.6',
  '3.7',
  '4.1',
  '4.2',
  '4.3',
  '4.4',
] as const;
export type StageId = (typeof STAGE_IDS)[number];

export const STOP_POINT_IDS = ['SP0', 'SP1', 'SP2', 'SP3', 'SP4', 'SP5', 'SP6', 'SP7'] as const;
export type StopPointId = (typeof STOP_POINT_IDS)[number];

/** What a step does, as data. Secrets appear by name only; paths are absolute paths of the Docker host. */
export type Operation =
  | { readonly kind: 'lock.take'; readonly container: string; readonly image: string }
  | { readonly kind: 'prerequisites.check'; readonly bytesNeeded: number }
  | { readonly kind: 'backup.files'; readonly paths: readonly string[] }
  | { readonly kind: 'backup.postgres'; readonly container: string; readonly superuser: string }
  | { readonly kind: 'backup.redis'; readonly container: string; readonly service: string }
  | { readonly kind: 'backup.volume'; readonly volume: string; readonly image: string }
  | { readonly kind: 'backup.bind'; readonly path: string; readonly image: string }
  | { readonly kind: 'database.files' }
  | { readonly kind: 'database.start' }
  | { readonly kind: 'schema.apply' }
  | { readonly kind: 'schema.compare' }
  | { readonly kind: 'folder.make'; readonly environment: Environment }
  | { readonly kind: 'env-files.write'; readonly environment: Environment }
  | { readonly kind: 'compose.write'; readonly environment: Environment }
  | { readonly kind: 'compose.validate' }
  | { readonly kind: 'images.pin' }
  | { readonly kind: 'volumes.make'; readonly environment: Environment }
  | { readonly kind: 'project.create'; readonly environment: Environment }
  | { readonly kind: 'project.start'; readonly environment: Environment }
  | { readonly kind: 'project.stop' }
  | { readonly kind: 'project.retire' }
  | { readonly kind: 'volumes.adopt' }
  | { readonly kind: 'network.connect' }
  | { readonly kind: 'way-back.write' }
  | { readonly kind: 'announce.send'; readonly message: 'start' | 'end' }
  | { readonly kind: 'window.wait' }
  | { readonly kind: 'service.check'; readonly environment: Environment; readonly depth: 'start' | 'smoke' | 'full' }
  | { readonly kind: 'isolation.probe' }
  | { readonly kind: 'isolation.together' }
  | { readonly kind: 'monitor.watch'; readonly seconds: number }
  | { readonly kind: 'record.write' };

export type OperationKind = Operation['kind'];
export type OperationOf<K extends OperationKind> = Extract<Operation, { kind: K }>;

/**
 * The way back of a kind of step.
 * `armed`: undone on the way back. `kept`: its result outlives every rollback on purpose (backups, records).
 * `none`: it changes nothing that wants undoing. `impossible`: after it, rolling back is no longer offered.
 */
export type Undo = 'armed' | 'kept' | 'none' | 'impossible';

/** What to do when the probe cannot tell whether an earlier attempt acted (a webhook that was being sent). */
export type WhenUnknown = 'ask' | 'repeat' | 'assume done';
