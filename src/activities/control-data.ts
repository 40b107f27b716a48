import { StoppointError } from '../plan/diagnostic.js';

/** What a cluster's control file says of it, as `pg_controldata` prints it. */
export interface ControlData {
  readonly state: string;
  readonly systemIdentifier: string;
  readonly timeline: string;
  /** Place of the latest checkpoint record in the log: `0/1531F30`. */
  readonly checkpoint: string;
  /** Next transaction id at that checkpoint, `epoch:xid`. */
  readonly nextXid: string;
}

/** Two readings that both say nothing would be equal: a line that is missing is an error. */
export function parseControlData(text: string): ControlData {
  const field = (name: string) => {
    const value = new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1]?.trim();
    if (!value) throw new StoppointError('STEP_FAILED', `'pg_controldata' does not tell '${name}'`);
    return value;
  };
  return {
    state: field('Database cluster state'),
    systemIdentifier: field('Database system identifier'),
    timeline: field("Latest checkpoint's TimeLineID"),
    checkpoint: field('Latest checkpoint location'),
    nextXid: field("Latest checkpoint's NextXID"),
  };
}

/**
 * The next transaction id with which the last server of the log started, from the checkpoint records that `pg_waldump`
 * prints from `since` on. Only a shutdown and the end of a crash recovery write CHECKPOINT_SHUTDOWN, a running server
 * writes CHECKPOINT_ONLINE: the last of the former is where the last server began. Null when the log does not reach
 * back to `since`.
 */
export function nextXidAtStart(log: string, since: ControlData): string | null {
  const records = [...log.matchAll(CHECKPOINT)].map(({ groups }) => ({ ...groups }));
  const [first] = records;
  if (first?.kind !== 'SHUTDOWN' || place(first.lsn) !== place(since.checkpoint) || first.xid !== since.nextXid) return null;
  return records.findLast(({ kind }) => kind === 'SHUTDOWN')?.xid ?? null;
}

const CHECKPOINT = /\blsn: (?<lsn>[0-9A-F]+\/[0-9A-F]+),.*\bdesc: CHECKPOINT_(?<kind>SHUTDOWN|ONLINE)\b.*; xid (?<xid>\d+:\d+);/g;

/** One program fills the second half with zeros, the other does not. */
function place(lsn = ''): string {
  return lsn.replace(/\/0+(?=.)/, '/');
}
