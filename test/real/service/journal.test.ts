import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STOP_POINT_IDS } from '../../../src/plan/operation.js';
import { firstBrokenLink } from '../../../src/record/chain.js';
import { JOURNAL_FILE, readJournal } from '../../../src/world/journal-file.js';
import { waitUntil } from '../../../src/world/wait-until.js';
import { OwnService } from '../support/own-service.js';

jest.setTimeout(120_000);

const RUN_ID = 'feedc0de';
let own: OwnService;

beforeAll(async () => {
  own = await OwnService.make();
  expect(await own.run('up')).toMatchObject({ exitCode: 0 });
  await own.startRun(RUN_ID);
  await at('SP0');
});
afterAll(async () => await own?.remove());

const folder = () => join(own.paths.runs, RUN_ID);
const file = () => join(folder(), JOURNAL_FILE);
const text = async () => await readFile(file(), 'utf8');
const at = async (stopPoint: string) =>
  expect(await own.document('wait', '--for', stopPoint, '--quiet')).toMatchObject({ stopPoint: { id: stopPoint } });

/** From the first entry on, without a gap, every hash right. */
async function expectWhole(): Promise<void> {
  const entries = await readJournal(folder());
  expect(entries[0]?.event.type).toBe('run started');
  expect(firstBrokenLink(entries)).toBeNull();
}

describe('a journal that was lost or torn on disk, while the run goes on', () => {
  it.each([
    ['lost', 'SP0', 'SP1', () => rm(file())],
    ['torn in its second line', 'SP1', 'SP2', async () => truncate(file(), (await text()).indexOf('\n') + 100)],
    ['cut after its first line', 'SP2', 'SP3', async () => truncate(file(), (await text()).indexOf('\n') + 1)],
    ['zeroed at its end', 'SP3', 'SP4', async () => writeFile(file(), `${(await text()).slice(0, -2_000)}${'\0'.repeat(2_000)}`)],
  ])('%s: the next mirror completes it', async (_, now, next, damage) => {
    const before = await text();
    await damage();
    expect(await own.run('approve', now, '--attest-all')).toMatchObject({ exitCode: 0 });
    await at(next);
    await expectWhole();
    expect((await text()).startsWith(before)).toBe(true);
  });

  it.each([
    ['lost', 'status', () => rm(file())],
    ['without some of its lines', 'status', async () => writeFile(file(), (await text()).replace(/\n.*\n.*\n/, '\n'))],
    ['lost', 'report', () => rm(file())],
    ['torn', 'report', async () => truncate(file(), (await text()).length - 40)],
  ])('%s: `stoppoint %s` completes it', async (_, verb, damage) => {
    const before = await text();
    await damage();
    const { exitCode, stdout } = await own.run(verb);
    expect(stdout).toMatch(/entries missing in the journal on disk: [1-9]/);
    expect(exitCode).toBe(verb === 'status' ? 3 : 0);
    expect(await text()).toBe(before);
  });

  it('does not take an altered entry for damage: it stays as it is, and the report is red', async () => {
    const before = await text();
    const altered = before.replace('"startedBy":"kim"', '"startedBy":"tim"');
    await writeFile(file(), altered);
    const { exitCode, stdout } = await own.run('report');
    expect(exitCode).toBe(8);
    expect(stdout).toContain("not the one that the run's workflow holds, from entry 1 on");
    expect(await text()).toBe(altered);
    await writeFile(file(), before);
    expect(await own.run('report')).toMatchObject({ exitCode: 0 });
  });
});

describe('a journal that was lost after the end of the run', () => {
  let ended: string;

  it('comes back from the closed workflow', async () => {
    for (const id of STOP_POINT_IDS.slice(4)) expect(await own.release(id)).toBe(0);
    expect(await own.document('wait', '--for', 'end', '--quiet')).toMatchObject({ exitCode: 0, outcome: 'done' });
    await expectWhole();
    ended = await text();
    for (const damage of [() => rm(file()), () => truncate(file(), ended.length - 300)]) {
      await damage();
      expect(await own.run('report')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('every link holds') });
      expect(await text()).toBe(ended);
    }
  });

  it('is told while nobody can be asked: exit 8', async () => {
    expect(await own.run('down')).toMatchObject({ exitCode: 0 });
    await rm(file());
    const { exitCode, stdout } = await own.run('report');
    expect([exitCode, stdout]).toEqual([8, expect.stringContaining('could not be restored from history')]);
  });

  it('comes back from a worker that never saw the run, and when a later run has begun', async () => {
    expect(await own.run('up')).toMatchObject({ exitCode: 0 });
    await own.startRun('0badcafe');
    const restored = async () => (await own.run('report', '--run', RUN_ID)).exitCode === 0;
    // Closed runs are listed a moment after they were closed.
    await waitUntil(restored, { what: 'the journal of the earlier run', seconds: 30 });
    expect(await text()).toBe(ended);
  });
});
