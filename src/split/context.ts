import type { ComposeText, Entry } from '../compose/document.js';
import type { Edit } from '../compose/edits.js';
import type { Lookup } from '../compose/interpolate.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { PortAssignment } from '../plan/target.js';

/** What the rewriting of the application's compose files must know of the deployment. */
export interface SplitContext {
  /** The live project's folder, absolute. */
  readonly directory: string;
  /** What Compose interpolates from today. */
  readonly lookup: Lookup;
  /** Production's: they carry today's published port, and the variable that both environments use. */
  readonly ports: readonly PortAssignment[];
  /** Keys of the volumes that both environments have a literal name for. */
  readonly volumes: ReadonlySet<string>;
  /** Services that have an image pinned by tag. */
  readonly images: ReadonlySet<string>;
  /** Names that the database project's networks have today. */
  readonly databaseNetworks: ReadonlySet<string>;
  /** Folders with state, relative to the directory. */
  readonly state: readonly string[];
  /** Files that each environment has its own of, relative to the directory. */
  readonly secretFiles: readonly string[];
  /** Interpolated variables that some environment leaves empty. */
  readonly mayBeEmpty: ReadonlySet<string>;
}

/** Something that changed for both environments and that a person should know. */
export interface SplitFinding {
  readonly what: string;
  readonly service: string | null;
}

export interface Rewriting {
  readonly edits: readonly Edit[];
  readonly findings: readonly SplitFinding[];
}

/** One concern of the rewriting, over one file. */
export type Rewriter = (file: ComposeText, context: SplitContext) => Rewriting;

export const NOTHING: Rewriting = { edits: [], findings: [] };

export function together(parts: readonly Rewriting[]): Rewriting {
  return { edits: parts.flatMap(({ edits }) => edits), findings: parts.flatMap(({ findings }) => findings) };
}

/** Fails closed: without its env file neither environment starts, and neither falls back to the other's value. */
export function required(variable: string, { mayBeEmpty = false } = {}): string {
  return `\${${variable}${mayBeEmpty ? '?' : ':?'}run with --env-file}`;
}

export function notSplittable(message: string, next?: string): StoppointError {
  return new StoppointError('NOT_SPLITTABLE', message, next ? { next } : {});
}

/** Edits by lines need block style; a service in braces is refused rather than reformatted. */
export function wantsBlock(what: string, entry?: Entry): StoppointError {
  return notSplittable(
    `${what}${entry ? ` of '${entry.name}'` : ''} is written in braces or brackets`,
    'write it as an indented block, one entry per line',
  );
}
