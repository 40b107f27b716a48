import type Docker from 'dockerode';
import type { Evidence } from '../plan/evidence.js';
import type { Operation, OperationKind, OperationOf } from '../plan/operation.js';
import type { RunPlan } from '../plan/run-plan.js';
import type { Target } from '../plan/target.js';
import type { StepFolder } from './step-folder.js';

/** What a probe answers. `why` names the object that decided it; it ends up in errors and reports. */
export interface Probe {
  readonly verdict: 'done' | 'not done' | 'partly' | 'cannot tell';
  readonly why: string;
}

export const done = (why: string): Probe => ({ verdict: 'done', why });
export const notDone = (why: string): Probe => ({ verdict: 'not done', why });
export const partly = (why: string): Probe => ({ verdict: 'partly', why });
export const cannotTell = (why: string): Probe => ({ verdict: 'cannot tell', why });

/** All that an operator may use. Built by the harness for one attempt at one step. */
export interface StepContext {
  readonly runId: string;
  readonly stepId: string;
  /** The cutover attempt (1, 2, …), not Temporal's. */
  readonly attempt: number;
  readonly plan: RunPlan<Target>;
  readonly target: Target;
  readonly docker: Docker;
  /** This step's own folder, inside the run's folder; 0700. */
  readonly folder: StepFolder;
  readonly runFolder: string;
  /** Value of a secret by its name; throws SECRET_MISSING. Never log, never put into an argument list. */
  readonly secret: (name: string) => string;
  /** Labels for everything that this step makes: how its probe and undo recognise their own. */
  readonly labels: { readonly [label: string]: string };
  readonly signal: AbortSignal;
}

/** What is remembered of the world before the act: plain JSON, written to disk before anything acts. */
export type Before = unknown;

/**
 * How one kind of operation is carried out: probe → act → probe, and its way back.
 * `act` may find half of its work done by an earlier attempt and must end in the same state.
 */
export interface Operator<O extends Operation, B = Before> {
  capture?(step: StepContext, operation: O): Promise<B>;
  probe(step: StepContext, operation: O, before: B): Promise<Probe>;
  /** May return its evidence when that is only known while acting (a comparison under a snapshot). */
  act(step: StepContext, operation: O, before: B): Promise<Evidence | void>;
  /** Measured from the world once the probe says done; needed when `act` returns none. */
  evidence?(step: StepContext, operation: O, before: B): Promise<Evidence>;
  /** Safe when the act never happened, or half of it. */
  undo?(step: StepContext, operation: O, before: B): Promise<Evidence | void>;
  /** `done` means: nothing of this step is left. By default the probe, turned round. */
  probeUndone?(step: StepContext, operation: O, before: B): Promise<Probe>;
}

/** One operator per kind: a forgotten kind does not compile. */
export type Operators = { readonly [K in OperationKind]: Operator<OperationOf<K>, never> | Operator<OperationOf<K>> };

/** A step that only looks: its evidence on disk is what an earlier attempt did. */
export function looking<O extends Operation>(look: (step: StepContext, operation: O) => Promise<Evidence>): Operator<O> {
  return {
    probe: async ({ folder }) => ((await folder.read('evidence.json')) ? done('looked before') : notDone('not looked yet')),
    act: (step, operation) => look(step, operation),
  };
}
