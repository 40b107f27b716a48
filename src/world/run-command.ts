import { execa } from 'execa';
import { basename } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';

/** A command as data: see src/invocations. Secrets go by `env` or `input`, never by `args`. */
export interface Invocation {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  /** `false`: the child sees `env` only, and nothing of ours. */
  readonly extendEnv?: boolean;
  readonly input?: string;
  /** File whose bytes become standard input. */
  readonly inputFile?: string;
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly ms: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Standard output goes into this file instead of memory. */
  readonly stdoutFile?: string;
  /** Exit codes that are an answer, not a failure. */
  readonly accept?: readonly number[];
  readonly timeoutMs?: number;
}

/**
 * Runs a child that dies with us: without the parent-death signal a killed worker would leave it running
 * beside its own retry. Errors name file, first words and exit code, never the output.
 */
export async function runCommand(invocation: Invocation, options: RunOptions = {}): Promise<CommandResult> {
  const started = Date.now();
  const [file, args] = dyingWithUs(invocation);
  const { cwd, env, extendEnv, input, inputFile } = invocation;
  const child = execa(file, args, {
    ...(cwd ? { cwd } : {}),
    ...(env ? { env } : {}),
    ...(extendEnv === false ? { extendEnv } : {}),
    ...(input !== undefined ? { input } : inputFile ? { inputFile } : { stdin: 'ignore' as const }),
    ...(options.signal ? { cancelSignal: options.signal } : {}),
    ...(options.timeoutMs ? { timeout: options.timeoutMs } : {}),
    // Without `buffer: false` execa also collects the file's bytes in memory, and cuts the file at maxBuffer.
    ...(options.stdoutFile ? { stdout: { file: options.stdoutFile } as const, buffer: { stdout: false } as const } : {}),
    maxBuffer: 200_000_000,
    forceKillAfterDelay: 5_000,
    reject: false,
    stripFinalNewline: false,
  });
  const result = (await child) as unknown as Finished;
  if (options.signal?.aborted) throw options.signal.reason;
  const exitCode = result.exitCode ?? -1;
  if (exitCode !== 0 && !options.accept?.includes(exitCode)) {
    throw new CommandError({ invocation, exitCode, stderr: result.stderr ?? '', missing: result.code === 'ENOENT' });
  }
  return { stdout: result.stdout ?? '', stderr: result.stderr ?? '', exitCode, ms: Date.now() - started };
}

interface Finished {
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly code?: string | undefined;
}

export class CommandError extends StoppointError {
  readonly childExit: number;
  /** For the run's folder only: a child's output may hold anything. */
  readonly stderr: string;

  constructor({ invocation, exitCode, stderr, missing }: { invocation: Invocation; exitCode: number; stderr: string; missing: boolean }) {
    const words = [basename(invocation.file), '…', ...invocation.args.slice(-4).map((word) => word.slice(0, 40))].join(' ');
    super('COMMAND_FAILED', `'${words}' ended with ${missing ? 'no such program' : `exit code ${exitCode}`}`);
    this.childExit = exitCode;
    this.stderr = stderr;
  }
}

/** The kernel kills the child when we die; elsewhere than on Linux there is no such thing (docs/platforms.md). */
export function dyingWithUs({ file, args }: Pick<Invocation, 'file' | 'args'>): [string, string[]] {
  if (process.platform !== 'linux') return [file, [...args]];
  return ['setpriv', ['--pdeathsig', 'KILL', '--', file, ...args]];
}
