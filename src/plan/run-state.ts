import type { Evidence, Failure } from './evidence.js';
import type { OperatorMessage } from './messages.js';
import type { StageId, StopPointId } from './operation.js';
import type { Outcome, Receipt, RunEvent } from './run-event.js';
import type { ShownCheck } from './show.js';

export type StepStatus = 'pending' | 'running' | 'done' | 'failed' | 'undoing' | 'undone' | 'undo failed';

export interface StepState {
  readonly status: StepStatus;
  readonly attempt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly ms: number | null;
  readonly evidence: Evidence | null;
  readonly failure: Failure | null;
  readonly undone: { readonly how: 'undone' | 'not needed'; readonly ms: number; readonly evidence: Evidence } | null;
}

export interface StopPointState {
  readonly status: 'closed' | 'open' | 'rejected' | 'released';
  readonly shown: string | null;
  readonly checks: readonly ShownCheck[];
  /** Counted approvals for exactly what is shown now. */
  readonly approvals: readonly OperatorMessage[];
  readonly openedAt: number | null;
  readonly releasedAt: number | null;
}

export interface MessageRecord {
  readonly at: number;
  readonly message: OperatorMessage;
  readonly receipt: Receipt;
  readonly via: 'update' | 'signal';
}

export interface RunState {
  readonly runId: string;
  readonly deployment: string;
  readonly planHash: string;
  readonly startedBy: string;
  readonly buildId: string;
  readonly until: StopPointId | null;
  readonly startedAt: number;
  readonly status: 'running' | 'waiting' | 'on hold' | 'rolling back' | 'ended';
  readonly stage: StageId | null;
  readonly step: string | null;
  /** The cutover attempt: grows with each rollback to SP5. */
  readonly attempt: number;
  readonly steps: { readonly [id: string]: StepState };
  /** Ids in the order in which their undo was armed; the way back runs through it from the end. */
  readonly armed: readonly string[];
  readonly stopPoints: { readonly [id in StopPointId]?: StopPointState };
  readonly hold: { readonly why: string; readonly step: string | null; readonly since: number } | null;
  readonly window: { readonly openedAt: number; readonly closedAt: number | null; readonly how: string | null } | null;
  readonly rollback: {
    readonly to: 'SP0' | 'SP5';
    readonly cause: string;
    readonly startedAt: number;
    readonly endedAt: number | null;
  } | null;
  readonly messages: readonly MessageRecord[];
  /** Messages past the first 50 of a run are counted, not kept. */
  readonly messagesNotKept: number;
  readonly outcome: Outcome | null;
  readonly endedAt: number | null;
}

export const EMPTY_RUN: RunState = {
  runId: '',
  deployment: '',
  planHash: '',
  startedBy: '',
  buildId: '',
  until: null,
  startedAt: 0,
  status: 'running',
  stage: null,
  step: null,
  attempt: 1,
  steps: {},
  armed: [],
  stopPoints: {},
  hold: null,
  window: null,
  rollback: null,
  messages: [],
  messagesNotKept: 0,
  outcome: null,
  endedAt: null,
};

const PENDING: StepState = {
  status: 'pending',
  attempt: 0,
  startedAt: null,
  endedAt: null,
  ms: null,
  evidence: null,
  failure: null,
  undone: null,
};

const CLOSED: StopPointState = {
  status: 'closed',
  shown: null,
  checks: [],
  approvals: [],
  openedAt: null,
  releasedAt: null,
};

const KEPT_MESSAGES = 200;

/** The state after one more event. Pure: the workflow and the mirror on disk fold the same entries. */
export function reduce(state: RunState, event: RunEvent, at: number): RunState {
  switch (event.type) {
    case 'run started': {
      const { type: _, ...start } = event;
      return { ...state, ...start, startedAt: at };
    }
    case 'stage entered':
      return { ...state, status: 'running', stage: event.stage };
    case 'step armed':
      return withStep(
        { ...state, status: 'running', step: event.step, armed: [...state.armed.filter((id) => id !== event.step), event.step] },
        event.step,
        { ...PENDING, status: 'running', attempt: event.attempt, startedAt: at },
      );
    case 'step done':
      return withStep({ ...state, step: null }, event.step, {
        status: 'done',
        ms: event.ms,
        evidence: event.evidence,
        endedAt: at,
        failure: null,
      });
    case 'step failed':
      return withStep({ ...state, step: null }, event.step, {
        status: 'failed',
        failure: event.failure,
        evidence: event.failure.evidence ?? null,
        endedAt: at,
      });
    case 'window opened':
      return { ...state, window: { openedAt: at, closedAt: null, how: null } };
    case 'window closed':
      return state.window ? { ...state, window: { ...state.window, closedAt: at, how: event.how } } : state;
    case 'stop point opened':
      return withStopPoint({ ...state, status: 'waiting', hold: null }, event.stopPoint, {
        ...CLOSED,
        status: 'open',
        shown: event.shown,
        checks: event.checks,
        openedAt: at,
      });
    case 'message':
      return heard(state, event, at);
    case 'malformed message':
      return { ...state, messagesNotKept: state.messagesNotKept + 1 };
    case 'stop point released':
      return withStopPoint({ ...state, status: 'running' }, event.stopPoint, { status: 'released', releasedAt: at });
    case 'hold opened':
      return { ...state, status: 'on hold', hold: { why: event.why, step: event.step, since: at } };
    case 'hold ended':
      return { ...state, status: state.rollback && !state.rollback.endedAt ? 'rolling back' : 'running', hold: null };
    case 'rollback started':
      return {
        ...state,
        status: 'rolling back',
        hold: null,
        step: null,
        rollback: { to: event.to, cause: event.cause, startedAt: at, endedAt: null },
      };
    case 'undo started':
      return withStep({ ...state, step: event.step }, event.step, { status: 'undoing' });
    case 'undo done': {
      const { how, ms, evidence } = event;
      return withStep({ ...state, step: null, armed: state.armed.filter((id) => id !== event.step) }, event.step, {
        status: 'undone',
        undone: { how, ms, evidence },
      });
    }
    case 'undo failed':
      return withStep({ ...state, step: null }, event.step, { status: 'undo failed', failure: event.failure });
    case 'rollback ended':
      return {
        ...state,
        status: 'running',
        attempt: state.attempt + 1,
        rollback: state.rollback && { ...state.rollback, endedAt: at },
        stopPoints: reopened(state.stopPoints, event.to),
      };
    case 'run ended':
      return { ...state, status: 'ended', step: null, outcome: event.outcome, endedAt: at };
  }
}

function heard(state: RunState, event: Extract<RunEvent, { type: 'message' }>, at: number): RunState {
  const { message, receipt, via } = event;
  const kept = state.messages.length < KEPT_MESSAGES;
  const next: RunState = {
    ...state,
    messages: kept ? [...state.messages, { at, message, receipt, via }] : state.messages,
    messagesNotKept: state.messagesNotKept + (kept ? 0 : 1),
  };
  if (!receipt.counted) return next;
  if (message.verdict === 'approve') {
    const approvals = [...(next.stopPoints[message.stopPoint]?.approvals ?? []), message];
    return withStopPoint(next, message.stopPoint, { approvals });
  }
  if (message.verdict === 'reject') return withStopPoint(next, message.stopPoint, { status: 'rejected' });
  return next;
}

function withStep(state: RunState, id: string, change: Partial<StepState>): RunState {
  return { ...state, steps: { ...state.steps, [id]: { ...(state.steps[id] ?? PENDING), ...change } } };
}

function withStopPoint(state: RunState, id: StopPointId, change: Partial<StopPointState>): RunState {
  return { ...state, stopPoints: { ...state.stopPoints, [id]: { ...(state.stopPoints[id] ?? CLOSED), ...change } } };
}

/** After a rollback the stop points it went back behind are closed again: their approvals are spent. */
function reopened(stopPoints: RunState['stopPoints'], to: 'SP0' | 'SP5'): RunState['stopPoints'] {
  const kept = to === 'SP0' ? [] : ['SP0', 'SP1', 'SP2', 'SP3', 'SP4'];
  return Object.fromEntries(Object.entries(stopPoints).filter(([id]) => kept.includes(id)));
}
