import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { type WorkflowBundleWithSourceMap, Worker } from '@temporalio/worker';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Entry } from '../../../src/record/chain.js';
import { firstBrokenLink } from '../../../src/record/chain.js';
import { STOP_POINT_IDS, type StopPointId } from '../../../src/plan/operation.js';
import { MEANINGS } from '../../../src/plan/operations.js';
import type { RunEvent } from '../../../src/plan/run-event.js';
import type { RunState } from '../../../src/plan/run-state.js';
import { approveSignal, decideUpdate, journalQuery, statusQuery } from '../../../src/workflows/messages.js';
import type { migration } from '../../../src/workflows/migration.js';
import { smallPlan } from '../support/small-plan.js';
import { bundle, startTemporal, type TestServer, withWorker } from '../support/temporal.js';

jest.setTimeout(60_000);

let server: TestServer;
let workflowBundle: WorkflowBundleWithSourceMap;
let count = 0;

beforeAll(async () => {
  [server, workflowBundle] = await Promise.all([startTemporal(), bundle()]);
});
afterAll(async () => {
  await server.stop();
});

type Handle = WorkflowHandle<typeof migration>;
type Behaviour = { readonly [activity: string]: (call: number) => Promise<void> | void };

interface Told {
  readonly handle: Handle;
  readonly runId: string;
  readonly calls: string[];
  readonly journal: Entry<RunEvent>[];
  readonly state: () => Promise<RunState>;
  readonly until: (what: (state: RunState) => boolean) => Promise<RunState>;
  readonly approve: (stopPoint: StopPointId) => Promise<unknown>;
  readonly say: (message: object) => Promise<unknown>;
}

/** One run of the small plan on the real server; activities only note that they were called. */
async function telling(
  body: (told: Told) => Promise<void>,
  behaviour: Behaviour = {},
  options: { budgetSeconds?: number; until?: StopPointId; cached?: boolean } = {},
): Promise<void> {
  count += 1;
  const runId = `r${count}`;
  const taskQueue = `q${count}`;
  const calls: string[] = [];
  const journal: Entry<RunEvent>[] = [];
  const times = new Map<string, number>();
  const activity = (name: string, result: object) => async () => {
    calls.push(name);
    times.set(name, (times.get(name) ?? 0) + 1);
    await behaviour[name]?.(times.get(name) ?? 1);
    return { evidence: { facts: {}, checks: [] }, ...result };
  };
  const kinds = Object.keys(MEANINGS);
  const activities = {
    ...Object.fromEntries(kinds.map((kind) => [kind, activity(kind, { already: false })])),
    ...Object.fromEntries(kinds.map((kind) => [`undo ${kind}`, activity(`undo ${kind}`, { how: 'undone' })])),
    'build.id': async () => 'build',
    'journal.mirror': async ({ entries }: { entries: Entry<RunEvent>[] }) => void journal.push(...entries),
    'run.finish': async () => void calls.push('run.finish'),
  };
  const client = new Client({ connection: server.connection });
  await withWorker({ address: server.address, taskQueue, activities, workflowBundle, cached: options.cached ?? true }, async () => {
    const input = { runId, plan: smallPlan({ deployment: runId, ...options }), startedBy: 'starter', until: options.until ?? null };
    const handle: Handle = await client.workflow.start<typeof migration>('migration', {
      workflowId: `stoppoint/${runId}`,
      taskQueue,
      args: [input],
    });
    const state = () => handle.query(statusQuery);
    const until = async (what: (state: RunState) => boolean) => {
      for (const deadline = Date.now() + 20_000; ; await pause(30)) {
        const now = await state();
        if (what(now)) return now;
        if (Date.now() > deadline) throw new Error(`still '${now.status}' at ${now.stage} ${now.step}`);
      }
    };
    const say = (message: object) => handle.executeUpdate(decideUpdate, { args: [{ runId, person: 'p', reason: 'because', ...message }] });
    const approve = async (stopPoint: StopPointId) => {
      const open = await until((now) => now.stopPoints[stopPoint]?.status === 'open');
      return await say({ verdict: 'approve', stopPoint, shown: open.stopPoints[stopPoint]?.shown });
    };
    await body({ handle, runId, calls, journal, state, until, approve, say });
    // Whatever happened: a worker that comes after a crash must make the same of it.
    await Worker.runReplayHistory({ workflowBundle }, await handle.fetchHistory(), `stoppoint/${runId}`);
  });
}

/** `STOPPOINT_RECORD=<version> ./scripts/test real` keeps this release's history for the replay test. */
async function keepHistory(handle: Handle): Promise<void> {
  const version = process.env['STOPPOINT_RECORD'];
  if (!version) return;
  const file = new URL(`../../histories/migration-${version}.json`, import.meta.url);
  await writeFile(file, historyToJSON(await handle.fetchHistory()));
}

const approveAll = async (told: Told, ids: readonly StopPointId[] = STOP_POINT_IDS) => {
  for (const id of ids) expect(await told.approve(id)).toEqual({ counted: true });
};
const forward = (told: Told) => told.calls.filter((name) => !name.startsWith('undo') && name !== 'run.finish');
const undone = (told: Told) => told.calls.filter((name) => name.startsWith('undo'));
const fails =
  (code: string, times = 1) =>
  (call: number) => {
    if (call <= times) throw ApplicationFailure.create({ type: code, message: `${code} on purpose`, nonRetryable: true });
  };

describe('a migration', () => {
  it('runs every stage in order once its stop points are released, and its journal holds', async () => {
    await telling(async (told) => {
      await approveAll(told);
      expect(await told.handle.result()).toEqual({ runId: told.runId, outcome: 'done' });
      expect(forward(told)).toEqual([
        'lock.take',
        'backup.files',
        'database.start',
        'project.start',
        'project.create',
        'announce.send',
        'project.stop',
        'project.start',
        'service.check',
        'record.write',
        'project.retire',
      ]);
      expect(undone(told)).toEqual([]);
      expect(firstBrokenLink(told.journal)).toBeNull();
      expect(told.journal.at(-1)?.event).toEqual({ type: 'run ended', outcome: 'done' });
      await keepHistory(told.handle);
    });
  });

  it('is released by a plain signal as by an update', async () => {
    await telling(async (told) => {
      const { stopPoints } = await told.until((now) => now.stopPoints.SP0?.status === 'open');
      await told.handle.signal(approveSignal, {
        runId: told.runId,
        stopPoint: 'SP0',
        shown: stopPoints.SP0?.shown,
        person: 'p',
        reason: '',
      });
      const { messages } = await told.until((now) => now.stopPoints.SP1?.status === 'open');
      expect(messages).toMatchObject([{ via: 'signal', receipt: { counted: true } }]);
      await told.handle.terminate();
    });
  });

  it.each([true, false])('refuses and records a decision that does not fit, and goes on unharmed (workflow cache %s)', async (cached) => {
    await telling(
      async (told) => {
        await told.until((now) => now.stopPoints.SP0?.status === 'open');
        const wrong = { verdict: 'approve', stopPoint: 'SP0', shown: 'something else' };
        expect(await told.say(wrong)).toEqual({ counted: false, code: 'STALE_HASH' });
        expect(await told.say({ ...wrong, stopPoint: 'SP5' })).toEqual({ counted: false, code: 'WRONG_STOP_POINT' });
        expect(await told.say({ ...wrong, runId: 'other' })).toEqual({ counted: false, code: 'OTHER_RUN' });
        await expect(told.say({ verdict: 'perhaps' })).rejects.toThrow();
        expect(await told.approve('SP0')).toEqual({ counted: true });
        await told.until((now) => now.stopPoints.SP1?.status === 'open');
        expect(await told.say({ ...wrong })).toEqual({ counted: false, code: 'ALREADY_DECIDED' });
        expect((await told.state()).messages).toHaveLength(5);
        await told.handle.terminate();
      },
      {},
      { cached },
    );
  });

  it('holds after a failed step outside the window, and goes on after retry', async () => {
    await telling(
      async (told) => {
        await told.approve('SP0');
        const held = await told.until((now) => now.status === 'on hold');
        expect(held.hold?.why).toContain('STEP_FAILED on purpose');
        expect(await told.say({ verdict: 'retry' })).toEqual({ counted: true });
        await approveAll(told, STOP_POINT_IDS.slice(1));
        expect((await told.handle.result()).outcome).toBe('done');
      },
      { 'backup.files': fails('STEP_FAILED') },
    );
  });

  it('goes back to SP5 by itself when a step in the window fails, and a second attempt starts there', async () => {
    await telling(
      async (told) => {
        await approveAll(told, STOP_POINT_IDS.slice(0, 6));
        const again = await told.until((now) => now.attempt === 2 && now.stopPoints.SP5?.status === 'open');
        expect(undone(told)).toEqual(['undo project.start', 'undo project.stop', 'undo announce.send']);
        expect(again.rollback).toMatchObject({ to: 'SP5' });
        expect(again.window?.how).toBe('rolled back');
        await approveAll(told, STOP_POINT_IDS.slice(5));
        expect((await told.handle.result()).outcome).toBe('done');
        expect(forward(told).filter((name) => name === 'project.stop')).toHaveLength(2);
      },
      { 'project.start': (call) => (call === 2 ? fails('STEP_FAILED')(1) : undefined) },
    );
  });

  it('goes back when the budget of the window passes', async () => {
    const hangs = async () => {
      await Promise.race([Context.current().cancelled, pause(30_000)]).catch((error: unknown) => {
        throw error instanceof CancelledFailure ? error : new Error('unexpected');
      });
    };
    const beating = async () => {
      const beat = setInterval(() => Context.current().heartbeat(), 200);
      await hangs().finally(() => clearInterval(beat));
    };
    await telling(
      async (told) => {
        await approveAll(told, STOP_POINT_IDS.slice(0, 6));
        const back = await told.until((now) => now.attempt === 2);
        expect(back.rollback?.cause).toBe('the budget of 2 s passed');
        expect(undone(told)).toContain('undo project.stop');
        await told.handle.terminate();
      },
      { 'project.stop': beating },
      { budgetSeconds: 2 },
    );
  });

  it('goes all the way back to SP0 on request, in reverse order, and keeps what is kept on purpose', async () => {
    await telling(async (told) => {
      await approveAll(told, STOP_POINT_IDS.slice(0, 7));
      await told.until((now) => now.stopPoints.SP7?.status === 'open');
      expect(await told.say({ verdict: 'rollback', to: 'SP0' })).toEqual({ counted: true });
      expect((await told.handle.result()).outcome).toBe('rolled back');
      expect(undone(told)).toEqual([
        'undo project.start',
        'undo project.stop',
        'undo announce.send',
        'undo project.create',
        'undo project.start',
        'undo database.start',
        'undo lock.take',
      ]);
    });
  });

  it('walks the rest of the way back when one undo fails, then holds until it is retried', async () => {
    await telling(
      async (told) => {
        await approveAll(told, ['SP0', 'SP1', 'SP2', 'SP3', 'SP4']);
        await told.until((now) => now.stopPoints.SP5?.status === 'open');
        await told.say({ verdict: 'rollback', to: 'SP0' });
        const held = await told.until((now) => now.status === 'on hold');
        expect(held.hold?.why).toContain('project.start');
        expect(undone(told)).toEqual(['undo project.create', 'undo project.start', 'undo database.start', 'undo lock.take']);
        await told.say({ verdict: 'retry' });
        expect((await told.handle.result()).outcome).toBe('rolled back');
      },
      { 'undo project.start': fails('UNDO_NOT_PROVEN') },
    );
  });

  it('takes a cancelled workflow as a request to go back', async () => {
    await telling(async (told) => {
      await told.approve('SP0');
      await told.until((now) => now.stopPoints.SP1?.status === 'open');
      await told.handle.cancel();
      expect((await told.handle.result()).outcome).toBe('rolled back');
      expect(undone(told)).toEqual(['undo database.start', 'undo lock.take']);
    });
  });

  it('is refused at once when another run holds the deployment, and undoes nothing', async () => {
    await telling(
      async (told) => {
        expect((await told.handle.result()).outcome).toBe('refused');
        expect(told.calls).toEqual(['lock.take', 'run.finish']);
      },
      { 'lock.take': fails('LOCK_HELD', 9) },
    );
  });

  it('answers with its journal in pages below 100 kB, also when it has ended', async () => {
    await telling(async (told) => {
      await told.until((now) => now.stopPoints.SP0?.status === 'open');
      const refused = { verdict: 'approve', stopPoint: 'SP0', shown: 'something else', reason: '€'.repeat(2_000) };
      for (let n = 0; n < 20; n += 1) expect(await told.say(refused)).toMatchObject({ code: 'STALE_HASH' });
      await told.until((now) => now.messages.length === 20);
      const pages = async () => {
        const read: Entry<RunEvent>[][] = [];
        for (;;) {
          const { runId, entries } = await told.handle.query(journalQuery, read.flat().length);
          expect(runId).toBe(told.runId);
          if (entries.length === 0) return read;
          read.push([...entries]);
        }
      };
      const open = await pages();
      expect(open.length).toBeGreaterThan(1);
      for (const page of open) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(100_000);
      expect(firstBrokenLink(open.flat())).toBeNull();
      expect(open.flat().slice(0, told.journal.length)).toEqual(told.journal);
      await told.handle.terminate();
      expect(await pages()).toEqual(open);
    });
  });

  it('ends early where it was told to', async () => {
    await telling(
      async (told) => {
        await approveAll(told, ['SP0', 'SP1']);
        expect((await told.handle.result()).outcome).toBe('ended early');
      },
      {},
      { until: 'SP1' },
    );
  });
});
