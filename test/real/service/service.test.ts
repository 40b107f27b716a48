import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstBrokenLink } from '../../../src/record/chain.js';
import { isAlive, type ProcessIdentity } from '../../../src/service/process-identity.js';
import { readJournal } from '../../../src/world/journal-file.js';
import { setCurrentRunId } from '../../../src/world/run-folder.js';
import { OwnService } from '../support/own-service.js';

jest.setTimeout(120_000);

const RUN_ID = 'feedc0de';

let own: OwnService;

beforeAll(async () => {
  own = await OwnService.make();
});
afterAll(async () => await own?.remove());

const run = (...args: readonly string[]) => own.run(...args);
const document = (...args: readonly string[]) => own.document(...args);
const service = () => own.file();

/** A zombie that nobody collects counts as gone. */
async function isGone(child: ProcessIdentity | null | undefined): Promise<boolean> {
  return child ? !(await isAlive(child)) : false;
}

describe('the service', () => {
  it('says what to do while nothing runs', async () => {
    const { exitCode, stderr } = await run('status');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^stoppoint: .*\nnext: run 'stoppoint init'/);
  });

  it('comes up with server and worker, and a second `up` finds both', async () => {
    const first = await run('up');
    expect(first).toMatchObject({ exitCode: 0 });
    const before = await service();
    expect(await document('up')).toMatchObject({ exitCode: 0, already: true });
    expect(await service()).toEqual(before);
    expect((await stat(own.paths.root)).mode & 0o777).toBe(0o700);
  });

  it('keeps closed runs for 90 days', async () => {
    const { findings } = (await document('doctor')) as { findings: readonly { what: string; says: string }[] };
    expect(findings.find(({ what }) => what === 'Temporal server')?.says).toContain('closed runs kept 90 days');
  });

  it('starts the server and the worker again after SIGKILL, and `up` waits for the new worker', async () => {
    const before = await service();
    process.kill(before.temporal?.process?.pid ?? 0, 'SIGKILL');
    process.kill(before.worker?.process?.pid ?? 0, 'SIGKILL');
    await own.restarted('temporal', before.temporal?.process?.pid);
    const worker = await own.restarted('worker', before.worker?.process?.pid);
    expect(await run('up')).toMatchObject({ exitCode: 0 });
    expect((await service()).worker?.process?.pid).toBe(worker);
  });

  it('leaves nothing behind when the supervisor itself is killed', async () => {
    const before = await service();
    process.kill(before.supervisor?.pid ?? 0, 'SIGKILL');
    expect(await run('up')).toMatchObject({ exitCode: 0 });
    expect(await isGone(before.temporal?.process)).toBe(true);
    expect(await isGone(before.worker?.process)).toBe(true);
  });
});

describe('a run', () => {
  it('waits at its first stop point: exit code 3, and the lines to type', async () => {
    await own.startRun(RUN_ID);
    const { exitCode, stdout } = await run('wait', '--deployment', own.deployment);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('next: stoppoint approve SP0 --attest-all');
    expect(stdout).toMatch(/temporal workflow signal .* --workflow-id stoppoint\/pretended --name approve --input '\{"runId":"feedc0de"/);
  });

  it('refuses a second start', async () => {
    await expect(own.startRun('0badcafe')).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
    await rm(join(own.paths.runs, '0badcafe'), { recursive: true });
    await setCurrentRunId(own.paths.current, own.deployment, RUN_ID);
  });

  it('refuses what its rules refuse, with the code of the rule', async () => {
    expect(await document('approve', 'SP0')).toMatchObject({ exitCode: 4, kind: 'error', code: 'ATTESTATION_MISSING' });
    expect(await document('approve', 'SP3', '--attest-all')).toMatchObject({ exitCode: 4, code: 'WRONG_STOP_POINT' });
    expect(await document('approve', 'SP0', '--attest-all', '--shown', '0'.repeat(64))).toMatchObject({ exitCode: 4, code: 'STALE_HASH' });
    expect(await document('retry')).toMatchObject({ exitCode: 4, code: 'NOT_ON_HOLD' });
    expect(await document('rollback')).toMatchObject({ exitCode: 2, code: 'CONFIRMATION_MISSING' });
    expect(await document('approve', 'SP9')).toMatchObject({ exitCode: 2, code: 'USAGE' });
  });

  it('goes on after an approval, and by itself after the worker and the server were killed in the middle of a step', async () => {
    await writeFile(join(own.paths.root, 'hang-database.start'), '');
    expect(await run('approve', 'SP0', '--attest-all')).toMatchObject({ exitCode: 0 });
    await own.untilStep('1.2-database.start-staging-database');
    const before = await service();
    process.kill(before.worker?.process?.pid ?? 0, 'SIGKILL');
    process.kill(before.temporal?.process?.pid ?? 0, 'SIGKILL');
    await rm(join(own.paths.root, 'hang-database.start'));
    expect(await run('wait', '--for', 'SP1')).toMatchObject({ exitCode: 3 });
  });

  it('answers from disk when no worker runs, and loses nothing over down and up', async () => {
    expect(await run('down')).toMatchObject({ exitCode: 0 });
    const asleep = await document('status');
    expect(asleep).toMatchObject({ exitCode: 3, source: { from: 'disk' }, stopPoint: { id: 'SP1' } });
    expect(await run('up')).toMatchObject({ exitCode: 0 });
    expect(await document('status')).toMatchObject({ exitCode: 3, source: { from: 'worker' }, stopPoint: { id: 'SP1' } });
  });

  it('holds after a rejection until it is retried', async () => {
    expect(await document('reject', 'SP1')).toMatchObject({ exitCode: 4, code: 'REASON_MISSING' });
    expect(await run('reject', 'SP1', '--reason', 'not yet')).toMatchObject({ exitCode: 0 });
    expect(await document('wait', '--quiet')).toMatchObject({ exitCode: 6, status: 'on hold' });
    expect(await run('retry')).toMatchObject({ exitCode: 0 });
    expect(await document('wait', '--quiet')).toMatchObject({ exitCode: 3, stopPoint: { id: 'SP1' } });
  });

  it('goes back by itself when a step in the window fails: exit code 5, waiting at SP5', async () => {
    await writeFile(join(own.paths.root, 'fail-project.stop'), '');
    for (const id of ['SP1', 'SP2', 'SP3', 'SP4', 'SP5']) expect(await own.release(id)).toBe(0);
    const { exitCode, stdout } = await run('wait', '--for', 'SP6');
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/went back to SP5 .*failed on purpose/);
  });

  it('rolls back to SP0 when asked with the name, and ends: report, backups, journal on disk', async () => {
    const answer = await run('rollback', '--to', 'SP0', '--yes', '--deployment', own.deployment, '--reason', 'enough');
    expect(answer).toMatchObject({ exitCode: 0 });
    expect(await document('wait', '--for', 'end', '--quiet')).toMatchObject({ exitCode: 5, outcome: 'rolled back' });
    const folder = join(own.paths.runs, RUN_ID);
    expect(firstBrokenLink(await readJournal(folder))).toBeNull();
    for (const name of ['report.txt', 'report.json', 'run-plan.json']) expect(existsSync(join(folder, name))).toBe(true);
    const text = await readFile(join(folder, 'report.txt'), 'utf8');
    expect(text).toContain('refused STALE_HASH');
    expect(text).toContain('every link holds');
    expect(await document('approve', 'SP0', '--attest-all')).toMatchObject({ exitCode: 4, code: 'RUN_ENDED' });
  });

  it('is down without a trace of its processes, and still tells its end', async () => {
    const before = await service();
    expect(await run('down')).toMatchObject({ exitCode: 0 });
    expect(await isGone(before.supervisor)).toBe(true);
    expect(await document('status')).toMatchObject({ exitCode: 5, outcome: 'rolled back' });
    expect(await document('down')).toMatchObject({ exitCode: 0, stopped: false });
  });
});
