import { execFile, type ExecFileException } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

export interface CommandAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line as a person would: another process, its own environment. */
export function stoppoint(args: readonly string[], options: { env: NodeJS.ProcessEnv; cwd: string }): Promise<CommandAnswer> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { ...options, timeout: 120_000, maxBuffer: 50_000_000 }, (error, stdout, stderr) => {
      resolve({ exitCode: exitCodeOf(error), stdout, stderr });
    });
  });
}

function exitCodeOf(error: ExecFileException | null): number {
  return error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
}
