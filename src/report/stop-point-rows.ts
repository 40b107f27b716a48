import type { StopPointId } from '../plan/operation.js';
import type { RunEvent } from '../plan/run-event.js';
import type { ShownCheck } from '../plan/show.js';
import type { Entry } from '../record/chain.js';

/** One opening of one stop point: what it showed, and who decided what for exactly that. */
export interface StopPointRow {
  readonly stopPoint: StopPointId;
  readonly shown: string;
  readonly openedAt: number;
  readonly releasedAt: number | null;
  readonly rejected: boolean;
  readonly checks: readonly ShownCheck[];
  /** Counted decisions only; refused ones are among the report's messages. */
  readonly decisions: readonly Decision[];
}

export interface Decision {
  readonly at: number;
  readonly verdict: 'approve' | 'reject';
  readonly person: string;
  readonly reason: string;
  readonly attest: readonly string[];
  readonly override: readonly string[];
  readonly via: 'update' | 'signal';
}

type Row = { -readonly [K in keyof StopPointRow]: StopPointRow[K] };

export function stopPointRows(entries: readonly Entry<RunEvent>[]): readonly StopPointRow[] {
  const rows: Row[] = [];
  const latest = (id: string) => rows.findLast(({ stopPoint }) => stopPoint === id);
  for (const { event, at } of entries) {
    if (event.type === 'stop point opened') {
      const { stopPoint, shown, checks } = event;
      rows.push({ stopPoint, shown, checks, openedAt: at, releasedAt: null, rejected: false, decisions: [] });
    }
    if (event.type === 'stop point released') Object.assign(latest(event.stopPoint) ?? {}, { releasedAt: at });
    if (event.type === 'message' && event.receipt.counted) decided(latest, event, at);
  }
  return rows;
}

function decided(latest: (id: string) => Row | undefined, { message, via }: Extract<RunEvent, { type: 'message' }>, at: number): void {
  if (message.verdict !== 'approve' && message.verdict !== 'reject') return;
  const row = latest(message.stopPoint);
  if (!row) return;
  const { verdict, person, reason } = message;
  const { attest, override } = message.verdict === 'approve' ? message : { attest: [], override: [] };
  row.decisions = [...row.decisions, { at, verdict, person, reason, attest, override, via }];
  if (verdict === 'reject') row.rejected = true;
}
