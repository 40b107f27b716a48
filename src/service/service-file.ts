import { readJson, writeJson } from '../world/json-file.js';
import type { ProcessIdentity } from './process-identity.js';

/** What runs here, as the supervisor last wrote it. */
export interface ServiceFile {
  readonly version: 1;
  readonly stoppoint: string;
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** `own`: the supervisor keeps the server. `given`: TEMPORAL_ADDRESS or a profile names it. */
  readonly server: { readonly kind: 'own'; readonly port: number; readonly binary: string } | { readonly kind: 'given' };
  readonly supervisor: ProcessIdentity | null;
  readonly temporal: ChildRecord | null;
  readonly worker: ChildRecord | null;
  /** The server answers, its namespace is there, and the worker was started at least once. */
  readonly ready: boolean;
}

export interface ChildRecord {
  /** Null between its end and its next start. */
  readonly process: ProcessIdentity | null;
  readonly starts: number;
  readonly lastEnd: string | null;
}

/** Null when there is none, or one that another version wrote. */
export async function readServiceFile(path: string): Promise<ServiceFile | null> {
  const file = (await readJson(path)) as ServiceFile | null;
  return file?.version === 1 && typeof file.address === 'string' ? file : null;
}

export async function writeServiceFile(path: string, file: ServiceFile): Promise<void> {
  await writeJson(path, file);
}
