import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDoor } from '../../../src/client.js';
import { sealPlan, skeletonOf } from '../../../src/plan/run-plan.js';
import { isAlive, type ProcessIdentity } from '../../../src/service/process-identity.js';
import { readServiceFile, type ServiceFile } from '../../../src/service/service-file.js';
import { temporalTarget } from '../../../src/service/temporal-target.js';
import { readJournal } from '../../../src/world/journal-file.js';
import { createRunFolder, setCurrentRunId } from '../../../src/world/run-folder.js';
import { makeStateDirectory, type StatePaths } from '../../../src/world/state-directory.js';
import { firstBrokenLink } from '../../../src/record/chain.js';
import { smallPlan } from '../support/small-plan.js';
import { stoppoint } from '../support/stoppoint.js';
import { freePort } from '../support/temporal.js';

jest.setTimeout(120_000);

const WORKER = fileURLToPath(new URL('./story-worker.mjs', import.meta.url));
const RUN_ID = 'feedc0de';
const DEPLOYMENT = 'pretended';

let root: string;
let paths: StatePaths;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stoppoint-service-'));
  paths = await makeStateDirectory(join(root, 'state'));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(TEMPORAL_|STOPPOINT_(STATE|TASK|TEMPORAL_PORT))/.test(name));
  env = {
    ...Object.fromEntries(inherited),
    STOPPOINT_STATE_DIR: paths.root,
    STOPPOINT_TASK_QUEUE: `test-${process.pid}`,
    STOPPOINT_TEMPORAL_PORT: String(await freePort()),
    STOPPOINT_WORKER_SCRIPT: WORKER,
    TEMPORAL_CONFIG_FILE: join(root, 'none.toml'),
    USER: 'kim',
  };
});
afterAll(async () => {
  await run('down', '--yes');
  await rm(root, { recursive: true, force: true });
});

const run = (...args: readonly string[]) => stoppoint(args, { env, cwd: root });
const document = async (...args: readonly string[]) => {
  const { stdout, exitCode } = await run(...args, '--json');
  return { exitCode, ...(JSON.parse(stdout) as { [key: string]: unknown }) } as { readonly [key: string]: unknown };
};
const service = async () => (await readServiceFile(paths.service)) as ServiceFile;

/** Starts a run of the small plan as `start` does, but without a deployment to look at. */
async function startRun(runId: string): Promise<void> {
  const { version, deployment, stopPoints, limits, steps } = smallPlan({ deployment: DEPLOYMENT });
  const asked = stopPoints.map((rule) => ({
    ...rule,
    checks: [{ id: `${rule.id}#1`, at: rule.id, says: 'a person looked', answer: { by: 'person' } as const }],
  }));
  const operation = { kind: 'database.start' } as const;
  const target = { lockContainer: `none-${runId}` } as never;
  const plan = sealPlan({ version, deployment, limits, stopPoints: asked, target, steps: steps.map((step) => ({ ...step, operation })) });
  await createRunFolder({ runs: paths.runs, runId, plan });
  await setCurrentRunId(paths.current, DEPLOYMENT, runId);
  const door = await openDoor(await temporalTarget({ paths, env }));
  await door.start({ runId, plan: skeletonOf(plan), startedBy: 'kim', until: null });
  await door.close();
}

/** A zombie that nobody collects counts as gone. */
async function isGone(child: ProcessIdentity | null | undefined): Promise<boolean> {
  return child ? !(await isAlive(child)) : false;
}

async function restarted(child: 'temporal' | 'worker', oldPid: number | undefined): Promise<number> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await pause(50)) {
    const pid = (await service())[child]?.process?.pid;
    if (pid !== undefined && pid !== oldPid) return pid;
  }
  throw new Error(`${child} was not started again`);
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
    expect((await stat(paths.root)).mode & 0o777).toBe(0o700);
  });

  it('keeps closed runs for 90 days', async () => {
    const { findings } = (await document('doctor')) as { findings: readonly { what: string; says: string }[] };
    expect(findings.find(({ what }) => what === 'Temporal server')?.says).toContain('closed runs kept 90 days');
  });

  it('starts the server and the worker again after SIGKILL, and `up` waits for the new worker', async () => {
    const before = await service();
    process.kill(before.temporal?.process?.pid ?? 0, 'SIGKILL');
    process.kill(before.worker?.process?.pid ?? 0, 'SIGKILL');
    await restarted('temporal', before.temporal?.process?.pid);
    const worker = await restarted('worker', before.worker?.process?.pid);
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
    await startRun(RUN_ID);
    const { exitCode, stdout } = await run('wait', '--deployment', DEPLOYMENT);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('next: stoppoint approve SP0 --attest-all');
    expect(stdout).toMatch(/temporal workflow signal .* --workflow-id stoppoint\/pretended --name approve --input '\{"runId":"feedc0de"/);
  });

  it('refuses a second start', async () => {
    await expect(startRun('0badcafe')).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
    await rm(join(paths.runs, '0badcafe'), { recursive: true });
    await setCurrentRunId(paths.current, DEPLOYMENT, RUN_ID);
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
    await writeFile(join(paths.root, 'hang-database.start'), '');
    expect(await run('approve', 'SP0', '--attest-all')).toMatchObject({ exitCode: 0 });
    await untilStep('1.2-database.start-staging-database');
    const before = await service();
    process.kill(before.worker?.process?.pid ?? 0, 'SIGKILL');
    process.kill(before.temporal?.process?.pid ?? 0, 'SIGKILL');
    await rm(join(paths.root, 'hang-database.start'));
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
    await writeFile(join(paths.root, 'fail-project.stop'), '');
    for (const id of ['SP1', 'SP2', 'SP3', 'SP4', 'SP5']) await release(id);
    const { exitCode, stdout } = await run('wait', '--for', 'SP6');
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/went back to SP5 .*failed on purpose/);
  });

  it('rolls back to SP0 when asked with the name, and ends: report, backups, journal on disk', async () => {
    const answer = await run('rollback', '--to', 'SP0', '--yes', '--deployment', DEPLOYMENT, '--reason', 'enough');
    expect(answer).toMatchObject({ exitCode: 0 });
    expect(await document('wait', '--for', 'end', '--quiet')).toMatchObject({ exitCode: 5, outcome: 'rolled back' });
    const folder = join(paths.runs, RUN_ID);
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

  async function release(id: string): Promise<void> {
    await run('wait', '--for', id, '--quiet');
    expect(await run('approve', id, '--attest-all')).toMatchObject({ exitCode: 0 });
  }

  async function untilStep(step: string): Promise<void> {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await pause(50)) {
      const { step: now } = (await document('status')) as { step: { id: string } | null };
      if (now?.id === step) return;
    }
    throw new Error(`'${step}' never ran`);
  }
});
