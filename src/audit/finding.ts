import type { Observation } from '../plan/observed.js';
import type { PlanFile } from '../plan/schema.js';

export type Severity = 'error' | 'warning' | 'note';

/** A judgement on an observation. `code` is a row of the defect list; `object` names what it is about. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly object: string;
  readonly message: string;
  readonly next: string;
}

export interface Rule {
  readonly code: string;
  readonly severity: Severity;
  /** Why it matters, in one sentence. */
  readonly why: string;
  readonly next: string;
  readonly find: (subject: Subject) => readonly { readonly object: string; readonly message: string }[];
}

export interface Subject {
  readonly planFile: PlanFile;
  readonly observation: Observation;
}
