import { runCommandLine } from '../../../src/cli/command-line.js';

/** Runs a command line inside this process; nothing of the caller's environment shows through. */
export async function typed(argv: readonly string[], { env = {}, answer }: { env?: { [name: string]: string }; answer?: string } = {}) {
  const seen = { out: '', err: '' };
  const exitCode = await runCommandLine(argv, {
    env: { STOPPOINT_STATE_DIR: '/nonexistent/stoppoint', TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml', ...env },
    out: (text) => void (seen.out += text),
    err: (text) => void (seen.err += text),
    isTerminal: answer !== undefined,
    ask: async () => answer ?? '',
  });
  return { exitCode, ...seen };
}
