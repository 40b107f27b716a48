import { type StopPointId, STOP_POINT_IDS } from './operation.js';

/** What a person says to a run, by update (with a receipt) or by plain signal: the same shape on both ways. */
export type OperatorMessage = Approval | Rejection | RollbackRequest | RetryRequest;

interface Said {
  readonly runId: string;
  readonly person: string;
  readonly reason: string;
}

export interface Approval extends Said {
  readonly verdict: 'approve';
  readonly stopPoint: StopPointId;
  /** The hash of what was shown. */
  readonly shown: string;
  /** Ids of the checks that the person answers for. `*` stands for all that ask for a person. */
  readonly attest: readonly string[];
  /** Ids of failed checks that are accepted for the given reason. */
  readonly override: readonly string[];
}

export interface Rejection extends Said {
  readonly verdict: 'reject';
  readonly stopPoint: StopPointId;
  readonly shown: string;
}

export interface RollbackRequest extends Said {
  readonly verdict: 'rollback';
  readonly to: 'SP0' | 'SP5';
}

export interface RetryRequest extends Said {
  readonly verdict: 'retry';
}

/** The message, or null when it is malformed. Hand-written: it runs in the workflow, on every path. */
export function parseMessage(input: unknown): OperatorMessage | null {
  if (typeof input !== 'object' || input === null) return null;
  const o = input as Record<string, unknown>;
  const reason = o['reason'] ?? '';
  if (!isShortText(o['runId']) || !isShortText(o['person']) || !isText(reason)) return null;
  const said = { runId: o['runId'], person: o['person'], reason };
  switch (o['verdict']) {
    case 'approve': {
      const attest = o['attest'] ?? [];
      const override = o['override'] ?? [];
      if (!isStopPoint(o['stopPoint']) || !isShortText(o['shown']) || !isList(attest) || !isList(override)) return null;
      return { ...said, verdict: 'approve', stopPoint: o['stopPoint'], shown: o['shown'], attest, override };
    }
    case 'reject':
      if (!isStopPoint(o['stopPoint']) || !isShortText(o['shown'])) return null;
      return { ...said, verdict: 'reject', stopPoint: o['stopPoint'], shown: o['shown'] };
    case 'rollback':
      return o['to'] === 'SP0' || o['to'] === 'SP5' ? { ...said, verdict: 'rollback', to: o['to'] } : null;
    case 'retry':
      return { ...said, verdict: 'retry' };
    default:
      return null;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 2000;
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 200;
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 100 && value.every(isShortText);
}

function isStopPoint(value: unknown): value is StopPointId {
  return (STOP_POINT_IDS as readonly unknown[]).includes(value);
}
