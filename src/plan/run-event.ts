import type { Evidence, Failure } from './evidence.js';
import type { OperatorMessage } from './messages.js';
import type { StageId, StopPointId } from './operation.js';
import type { ShownCheck } from './show.js';

export type Outcome = 'done' | 'ended early' | 'rolled back' | 'refused';

export type Receipt = { readonly counted: true } | { readonly counted: false; readonly code: string };

/** Everything that can happen to a run. The run's state is a fold over these, in the workflow and on disk. */
export type RunEvent =
  | {
      readonly type: 'run started';
      readonly runId: string;
      readonly deployment: string;
      readonly planHash: string;
      readonly startedBy: string;
      readonly buildId: string;
      readonly until: StopPointId | null;
    }
  | { readonly type: 'stage entered'; readonly stage: StageId }
  | { readonly type: 'step armed'; readonly step: string; readonly attempt: number }
  | { readonly type: 'step done'; readonly step: string; readonly ms: number; readonly already: boolean; readonly evidence: Evidence }
  | { readonly type: 'step failed'; readonly step: string; readonly failure: Failure }
  | { readonly type: 'window opened' }
  | { readonly type: 'window closed'; readonly how: 'production answers' | 'rolled back' }
  | { readonly type: 'stop point opened'; readonly stopPoint: StopPointId; readonly shown: string; readonly checks: readonly ShownCheck[] }
  | { readonly type: 'message'; readonly message: OperatorMessage; readonly receipt: Receipt; readonly via: 'update' | 'signal' }
  | { readonly type: 'malformed message'; readonly via: 'update' | 'signal' }
  | { readonly type: 'stop point released'; readonly stopPoint: StopPointId }
  | { readonly type: 'hold opened'; readonly why: string; readonly step: string | null }
  | { readonly type: 'hold ended' }
  | { readonly type: 'rollback started'; readonly to: 'SP0' | 'SP5'; readonly cause: string }
  | { readonly type: 'undo started'; readonly step: string }
  | {
      readonly type: 'undo done';
      readonly step: string;
      readonly ms: number;
      readonly how: 'undone' | 'not needed';
      readonly evidence: Evidence;
    }
  | { readonly type: 'undo failed'; readonly step: string; readonly failure: Failure }
  | { readonly type: 'rollback ended'; readonly to: 'SP0' | 'SP5' }
  | { readonly type: 'run ended'; readonly outcome: Outcome };
