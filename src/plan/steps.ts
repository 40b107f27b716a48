import type { Operation, StageId } from './operation.js';
import { meaningOf } from './operations.js';
import type { Step } from './run-plan.js';

/** What compile says of a step; the rest follows from the operation's meaning. */
export interface Draft {
  readonly stage: StageId;
  readonly operation: Operation;
  readonly cause: string;
}

const WINDOW_STAGES: readonly StageId[] = ['3.2', '3.5'];

/** Numbered steps with stable ids: `<stage>-<kind>-<resource>`, fit for a file name on any system. */
export function numbered(drafts: readonly Draft[]): readonly Step[] {
  return drafts.map(({ stage, operation, cause }, index) => {
    const meaning = meaningOf(operation);
    const resource = meaning.resource(operation);
    return {
      id: `${stage}-${operation.kind}-${resource.replace(/^[^:]*:/, '')}`.replace(/[^A-Za-z0-9._-]+/g, '_'),
      number: index + 1,
      stage,
      kind: operation.kind,
      summary: `${resource}: ${meaning.line(operation)}`,
      cause,
      undo: meaning.undo,
      whenUnknown: meaning.whenUnknown,
      changesDeployment: meaning.changesDeployment,
      inWindow: WINDOW_STAGES.includes(stage),
      seconds: meaning.seconds,
      operation,
    };
  });
}
