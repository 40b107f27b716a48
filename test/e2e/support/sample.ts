import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Entry } from '../../../src/record/chain.js';
import type { StopPointId } from '../../../src/plan/operation.js';
import type { RunEvent } from '../../../src/plan/run-event.js';
import type { EndState } from '../../../src/report/end-state.js';
import type { ServiceFile } from '../../../src/service/service-file.js';
import type { Status } from '../../../src/report/status.js';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const tool = (path: string) => join(checkout, path);

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A deployed sample with a Stoppoint of its own beside it; driven through the built command line, as a user would. */
export class Sample {
  readonly base: string;
  readonly home: string;
  readonly state: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(base: string, port: number) {
    this.base = base;
    this.home = join(base, 'deployment');
    this.state = join(base, 'state');
    this.env = {
      ...process.env,
      STOPPOINT_DEMO_DIR: base,
      STOPPOINT_STATE_DIR: this.state,
      STOPPOINT_TEMPORAL_PORT: String(port),
      STOPPOINT_TASK_QUEUE: `e2e-${port}`,
      TEMPORAL_ADDRESS: '',
    };
    delete this.env['TEMPORAL_ADDRESS'];
  }

  /** The three-service cut, unless `full`. */
  static async deploy({ full = false, port = 27233 } = {}): Promise<Sample> {
    const sample = new Sample(await mkdtemp(join(tmpdir(), 'sp-e2e-')), port);
    await sample.must(process.execPath, [tool('examples/tutordex/bin/materialize.mjs'), '--into', sample.home, ...(full ? [] : ['--cut'])]);
    await sample.must(process.execPath, [tool('examples/tutordex/bin/deploy.mjs'), '--at', sample.home]);
    await sample.stoppoint('up');
    return sample;
  }

  /** All that this sample and its runs made; also after a failed test. */
  async destroy(): Promise<void> {
    if (process.env['STOPPOINT_KEEP_FAILED']) return;
    await this.must(process.execPath, [tool('scripts/lib/demo/main.mjs'), '--down']);
  }

  /** A second Stoppoint on the same deployment: own state, own Temporal server. */
  rival(port: number): Sample {
    const rival = new Sample(this.base, port);
    Object.assign(rival.env, { STOPPOINT_STATE_DIR: join(this.base, `state-${port}`) });
    return rival;
  }

  run(file: string, args: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(file, [...args], { env: this.env, maxBuffer: 50_000_000, cwd: checkout }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
      });
    });
  }

  async must(file: string, args: readonly string[], codes: readonly number[] = [0]): Promise<Ended> {
    const ended = await this.run(file, args);
    if (!codes.includes(ended.code))
      throw new Error(`${args.slice(0, 4).join(' ')} ended with ${ended.code}\n${ended.stdout.slice(-3000)}\n${ended.stderr.slice(-3000)}`);
    return ended;
  }

  stoppoint(...args: readonly string[]): Promise<Ended> {
    return this.run(process.execPath, [tool('dist/cli/main.js'), ...args, '--file', join(this.home, 'stoppoint.yaml')]);
  }

  async start(...args: readonly string[]): Promise<void> {
    const { code, stdout, stderr } = await this.stoppoint('start', '--person', 'starter', ...args);
    if (code !== 0 && code !== 3) throw new Error(`start ended with ${code}\n${stdout}\n${stderr}`);
  }

  async status(): Promise<Status> {
    const { stdout, stderr } = await this.stoppoint('status', '--json');
    try {
      return JSON.parse(stdout) as Status;
    } catch {
      throw new Error(`status printed no document: ${stdout}\n${stderr}`);
    }
  }

  /** Asks the command line only when the journal grew, or after a while: each question is a program of its own. */
  async until(what: (status: Status) => boolean, seconds = 240): Promise<Status> {
    const deadline = Date.now() + seconds * 1000;
    let [entries, askedAt] = [-1, 0];
    for (;;) {
      const grown = (await this.journal()).length;
      if (grown !== entries || Date.now() - askedAt > 5000) {
        [entries, askedAt] = [grown, Date.now()];
        const status = await this.status();
        if (what(status)) return status;
        if (status.status === 'on hold') throw new Error(`on hold: ${JSON.stringify(status.hold)}`);
        if (Date.now() > deadline)
          throw new Error(`still '${status.status}' at ${status.stage} ${status.step?.id ?? ''} ${status.stopPoint?.id ?? ''}`);
      }
      await pause(100);
    }
  }

  /** Waits for the stop point and releases it, with a receipt. */
  async release(id: StopPointId): Promise<Ended> {
    await this.until(({ stopPoint, source }) => stopPoint?.id === id && source.from === 'worker');
    const ended = await this.stoppoint('approve', id, '--attest-all', '--person', 'tester', '--reason', 'test');
    if (ended.code !== 0) throw new Error(`approve ${id} ended with ${ended.code}\n${ended.stdout}\n${ended.stderr}`);
    return ended;
  }

  async releaseAll(ids: readonly StopPointId[]): Promise<void> {
    for (const id of ids) await this.release(id);
  }

  async outcome(): Promise<string | null> {
    return (await this.until(({ status }) => status === 'ended', 300)).outcome;
  }

  async runFolder(): Promise<string> {
    return (await this.status()).folder;
  }

  async journal(): Promise<readonly Entry<RunEvent>[]> {
    const runs = join(this.state, 'runs');
    const [run] = await readdir(runs).catch(() => []);
    const text = run ? await readFile(join(runs, run, 'journal.jsonl'), 'utf8').catch(() => '') : '';
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Entry<RunEvent>);
  }

  async untilJournal(what: (event: RunEvent) => boolean, seconds = 180): Promise<void> {
    for (const deadline = Date.now() + seconds * 1000; ; await pause(10)) {
      if ((await this.journal()).some(({ event }) => what(event))) return;
      if (Date.now() > deadline) throw new Error('the journal does not tell of it');
    }
  }

  async service(): Promise<ServiceFile> {
    return JSON.parse(await readFile(join(this.state, 'service.json'), 'utf8')) as ServiceFile;
  }

  /** SIGKILL, as a crash is. Children die by their parent-death signal. */
  async kill(...who: readonly ('worker' | 'temporal' | 'supervisor')[]): Promise<void> {
    const service = await this.service();
    for (const name of who) {
      const pid = name === 'supervisor' ? service.supervisor?.pid : service[name]?.process?.pid;
      if (pid) process.kill(pid, 'SIGKILL');
    }
  }

  /** What somebody types who has only the Temporal command line. */
  async temporalWorkflow(verb: string, ...args: readonly string[]): Promise<Ended> {
    const { server, address, namespace } = await this.service();
    const binary = server.kind === 'own' ? server.binary : 'temporal';
    const where = ['--address', address, '--namespace', namespace, '--workflow-id', 'stoppoint/tutordex'];
    return await this.must(binary, ['workflow', verb, ...where, ...args]);
  }

  async endState(): Promise<EndState> {
    const { stdout } = await this.must(process.execPath, [tool('scripts/end-state.mjs'), 'read', await this.runFolder()]);
    return JSON.parse(stdout) as EndState;
  }

  async docker(...args: readonly string[]): Promise<string> {
    return (await this.must('docker', args)).stdout.trim();
  }

  /** A client from outside, asking for as long as it is let. */
  client(url = 'http://127.0.0.1:8000/health'): { end(): Promise<{ longestOutageMs: number; failed: number; requests: number }> } {
    const file = join(this.base, `client-${Date.now()}.json`);
    const child = spawn(process.execPath, [tool('scripts/lib/demo/measure-downtime.mjs'), url, file], { stdio: 'ignore' });
    return {
      end: async () => {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await ended;
        return JSON.parse(await readFile(file, 'utf8')) as { longestOutageMs: number; failed: number; requests: number };
      },
    };
  }

  async get(url: string): Promise<{ status: number; text: string }> {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    return { status: response.status, text: await response.text() };
  }
}
