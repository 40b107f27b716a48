import { describe, expect, test } from '@jest/globals';
import { nextXidAtStart, parseControlData } from '../../../src/activities/control-data.js';

const CONTROL = `pg_control version number:            1300
Database system identifier:           7400000000000000001
Database cluster state:               shut down
pg_control last modified:             Thu Jan  1 00:00:00 2026
Latest checkpoint location:           0/153BE08
Latest checkpoint's REDO location:    0/153BE08
Latest checkpoint's TimeLineID:       1
Latest checkpoint's PrevTimeLineID:   1
Latest checkpoint's NextXID:          0:734
`;

function record(lsn: string, kind: string, xid: string): string {
  return `rmgr: XLOG        len (rec/tot):    114/   114, tx:          0, lsn: ${lsn}, prev 0/0153BDD0, desc: CHECKPOINT_${kind} redo 0/153BE08; tli 1; prev tli 1; fpw true; xid ${xid}; oid 16384; multi 1; offset 0;\n`;
}

const OLD_STOP = record('0/0153BE08', 'SHUTDOWN', '0:734');

describe('the control file', () => {
  test('is read by the names of its lines', () => {
    expect(parseControlData(CONTROL)).toEqual({
      state: 'shut down',
      systemIdentifier: '7400000000000000001',
      timeline: '1',
      checkpoint: '0/153BE08',
      nextXid: '0:734',
    });
  });

  test('without the id is an error, not an empty id that equals another empty one', () => {
    expect(() => parseControlData(CONTROL.replace(/^.*NextXID.*$/m, ''))).toThrow("does not tell 'Latest checkpoint's NextXID'");
  });
});

describe('the log', () => {
  const since = parseControlData(CONTROL);

  test("tells the id of the old server's stop when the new one only made checkpoints of its own", () => {
    const own = record('0/0160AA10', 'ONLINE', '0:790') + record('0/0170AA10', 'ONLINE', '0:801');
    expect(nextXidAtStart(OLD_STOP + own, since)).toBe('0:734');
  });

  test('tells another id when somebody stopped or recovered the cluster in between', () => {
    const between = record('0/0153C0A0', 'SHUTDOWN', '0:735');
    expect(nextXidAtStart(OLD_STOP + between, since)).toBe('0:735');
    expect(nextXidAtStart(OLD_STOP + between + record('0/0160AA10', 'ONLINE', '0:790'), since)).toBe('0:735');
  });

  test('tells nothing when it does not begin where the old server stopped', () => {
    expect(nextXidAtStart('', since)).toBeNull();
    expect(nextXidAtStart(record('0/0153C0A0', 'SHUTDOWN', '0:734'), since)).toBeNull();
    expect(nextXidAtStart(record('0/0153BE08', 'SHUTDOWN', '0:733'), since)).toBeNull();
    expect(nextXidAtStart(record('0/0153BE08', 'ONLINE', '0:734'), since)).toBeNull();
  });
});
