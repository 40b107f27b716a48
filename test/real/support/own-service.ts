import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDoor } from '../../../src/client.js';
import { sealPlan, skeletonOf } from '../../../src/plan/run-plan.js';
import { readServiceFile, type ServiceFile } from '../../../src/service/service-file.js';
import { temporalTarget } from '../../../src/service/temporal-target.js';
import { createRunFolder, setCurrentRunId } from '../../../src/world/run-folder.js';
import { makeStateDirectory, type StatePaths } from '../../../src/world/state-directory.js';
import { smallPlan } from './small-plan.js';
import { type CommandAnswer, stoppoint } from './stoppoint.js';
import { freePort } from './temporal.js';

const WORKER = fileURLToPath(new URL('../service/story-worker.mjs', import.meta.url));

/** The built program with a service, a state directory and a Temporal server of its own; its steps only pretend. */
export class OwnService {
  readonly deployment = 'pretended';
  readonly root: string;
  readonly paths: StatePaths;
  readonly env: NodeJS.ProcessEnv;

  private constructor({ root, paths, env }: { root: string; paths: StatePaths; env: NodeJS.ProcessEnv }) {
    this.root = root;
    this.paths = paths;
    this.env = env;
  }

  static async make(more: { readonly [name: string]: string } = {}): Promise<OwnService> {
    const root = await mkdtemp(join(tmpdir(), 'stoppoint-service-'));
    const paths = await makeStateDirectory(join(root, 'state'));
    const inherited = Object.entries(process.env).filter(([name]) => !/^(TEMPORAL_|STOPPOINT_(STATE|TASK|TEMPORAL_PORT))/.test(name));
    const port = await freePort();
    const env = {
      ...Object.fromEntries(inherited),
      STOPPOINT_STATE_DIR: paths.root,
      STOPPOINT_TASK_QUEUE: `test-${port}`,
      STOPPOINT_TEMPORAL_PORT: String(port),
      STOPPOINT_WORKER_SCRIPT: WORKER,
      TEMPORAL_CONFIG_FILE: join(root, 'none.toml'),
      USER: 'kim',
      ...more,
    };
    return new OwnService({ root, paths, env });
  }

  async remove(): Promise<void> {
    await this.run('down', '--yes');
    await rm(this.root, { recursive: true, force: true });
  }

  async run(...args: readonly string[]): Promise<CommandAnswer> {
    return await stoppoint(args, { env: this.env, cwd: this.root });
  }

  async document(...args: readonly string[]): Promise<{ readonly [key: string]: unknown }> {
    const { stdout, exitCode } = await this.run(...args, '--json');
    return { exitCode, ...(JSON.parse(stdout) as { [key: string]: unknown }) };
  }

  async file(): Promise<ServiceFile> {
    return (await readServiceFile(this.paths.service)) as ServiceFile;
  }

  /** Starts a run of the small plan as `start` does, but without a deployment to look at. */
  async startRun(runId: string): Promise<void> {
    const { version, deployment, stopPoints, limits, steps } = smallPlan({ deployment: this.deployment });
    const asked = stopPoints.map((rule) => ({
      ...rule,
      checks: [{ id: `${rule.id}#1`, at: rule.id, says: 'a person looked', answer: { by: 'person' } as const }],
    }));
    const operation = { kind: 'database.start' } as const;
    const target = { lockContainer: `none-${runId}` } as never;
    const plan = sealPlan({ version, deployment, limits, stopPoints: asked, target, steps: steps.map((step) => ({ ...step, operation })) });
    await createRunFolder({ runs: this.paths.runs, runId, plan });
    await setCurrentRunId(this.paths.current, this.deployment, runId);
    const door = await openDoor(await temporalTarget({ paths: this.paths, env: this.env }));
    await door.start({ runId, plan: skeletonOf(plan), startedBy: 'kim', until: null });
    await door.close();
  }

  /** Waits for the stop point, then approves it; the exit code of the approval. */
  async release(stopPoint: string): Promise<number> {
    await this.run('wait', '--for', stopPoint, '--quiet');
    return (await this.run('approve', stopPoint, '--attest-all')).exitCode;
  }

  async restarted(child: 'temporal' | 'worker', oldPid: number | undefined): Promise<number> {
    for (const deadline = Date.now() + 40_000; Date.now() < deadline; await pause(50)) {
      const pid = (await this.file())[child]?.process?.pid;
      if (pid !== undefined && pid !== oldPid) return pid;
    }
    throw new Error(`${child} was not started again`);
  }

  async untilStep(step: string): Promise<void> {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await pause(50)) {
      const { step: now } = (await this.document('status')) as { step?: { id: string } | null };
      if (now?.id === step) return;
    }
    throw new Error(`'${step}' never ran`);
  }
}
