import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { ChildRecord } from './service-file.js';
import { identityOf, type ProcessIdentity, signalProcess } from './process-identity.js';

export interface ChildPlan {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly log: string;
  /** It tells every half second, by Node's own channel, that it is not stuck. */
  readonly speaks: boolean;
}

const BACKOFF_MS = [0, 500, 1_000, 2_000, 5_000] as const;
/** A child that lived this long starts over with no backoff. */
const STEADY_MS = 30_000;

/** Keeps one child running until told to stop, however it ends. */
export class KeptChild {
  readonly plan: ChildPlan;
  readonly #changed: (child: KeptChild) => void;
  #process: ProcessIdentity | null = null;
  #starts = 0;
  #quickEnds = 0;
  #lastEnd: string | null = null;
  #heardAt: number | null = null;
  #stopping = false;
  #ended: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  constructor(plan: ChildPlan, changed: (child: KeptChild) => void) {
    this.plan = plan;
    this.#changed = changed;
  }

  get record(): ChildRecord {
    return { process: this.#process, starts: this.#starts, lastEnd: this.#lastEnd };
  }

  /** Milliseconds since it last spoke; null when this process of it never did. */
  get silentFor(): number | null {
    return this.#heardAt === null ? null : Date.now() - this.#heardAt;
  }

  start(): void {
    this.#ended = this.#keep();
  }

  /** TERM, then KILL when it is still there after `graceMs`. Resolves when it is gone and stays gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#wake();
    const running = this.#process;
    if (running) await signalProcess(running, 'SIGTERM');
    const kill = setTimeout(() => void (this.#process && signalProcess(this.#process, 'SIGKILL')), graceMs);
    await this.#ended;
    clearTimeout(kill);
  }

  /** Ends the given process of it at once; it is started again. Nothing happens when it is another one by now. */
  async end(hung: ProcessIdentity): Promise<void> {
    if (!this.#stopping) await signalProcess(hung, 'SIGKILL');
  }

  async #keep(): Promise<void> {
    while (!this.#stopping) {
      const startedAt = Date.now();
      this.#lastEnd = await this.#runOnce();
      this.#process = null;
      this.#quickEnds = Date.now() - startedAt > STEADY_MS ? 1 : this.#quickEnds + 1;
      this.#changed(this);
      if (!this.#stopping) await this.#pause(BACKOFF_MS[Math.min(this.#quickEnds, BACKOFF_MS.length) - 1] ?? 0);
    }
  }

  async #runOnce(): Promise<string> {
    const log = await open(this.plan.log, 'a', 0o600);
    try {
      const [file, args] = dyingWithUs(this.plan);
      const child = spawn(file, args, {
        env: this.plan.env,
        stdio: ['ignore', log.fd, log.fd, ...(this.plan.speaks ? (['ipc'] as const) : [])],
      });
      this.#heardAt = null;
      child.on('message', () => {
        this.#heardAt = Date.now();
      });
      const end = new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(error.message));
        child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
      });
      this.#starts += 1;
      if (child.pid !== undefined) this.#process = await identityOf(child.pid);
      this.#changed(this);
      if (this.#stopping) child.kill('SIGTERM');
      return await end;
    } finally {
      await log.close();
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The kernel ends the child when the supervisor is killed: nothing is left behind that a next one would meet. */
function dyingWithUs({ file, args }: ChildPlan): [string, string[]] {
  if (process.platform !== 'linux') return [file, [...args]];
  return ['setpriv', ['--pdeathsig', 'KILL', '--', file, ...args]];
}
