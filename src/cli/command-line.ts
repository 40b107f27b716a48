import { CommanderError } from 'commander';
import { StoppointError } from '../plan/diagnostic.js';
import { asStoppointError, errorDocument, errorText } from './error-text.js';
import type { ExitCode } from './exit-codes.js';
import type { Io } from './io.js';
import { buildProgram } from './program.js';

/** Runs one command line to its exit code. The one catch: nothing else in this folder turns an error into text. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  try {
    const program = buildProgram(io, (answer, json) => {
      exitCode = answer.exitCode;
      io.out(json ? `${JSON.stringify(answer.document, null, 2)}\n` : answer.text);
    });
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return tell(error instanceof CommanderError ? asUsage(error, argv) : asStoppointError(error), argv, io);
  }
}

function tell(error: StoppointError, argv: readonly string[], io: Io): ExitCode {
  if (argv.includes('--json')) io.out(`${JSON.stringify(errorDocument(error), null, 2)}\n`);
  else io.err(errorText(error));
  if (io.env['STOPPOINT_DEBUG']) io.err(`${error.stack}\n${error.cause instanceof Error ? `${error.cause.stack}\n` : ''}`);
  return error.exitCode as ExitCode;
}

/** Verbs that the design names and a later release builds: refused by name, with what does the nearest thing today. */
const NOT_BUILT_VERBS: { readonly [verb: string]: string } = {
  diff: "run 'stoppoint plan'",
  watch: "run 'stoppoint status --watch'",
  skip: "run 'stoppoint retry' or 'stoppoint rollback'",
  'mark-done': "run 'stoppoint retry': the step's probe sees what was done by hand",
  rehearse: "run 'stoppoint start --until SP4'",
  backup: "run 'stoppoint start --until SP1'",
  restore: "the report names the folders of the backups: run 'stoppoint report'",
  verify: "run 'stoppoint report': it verifies the journal",
  operator: "name people under 'stop-points' in the plan file",
};

function asUsage(error: CommanderError, [verb]: readonly string[]): StoppointError {
  const instead = verb !== undefined && Object.hasOwn(NOT_BUILT_VERBS, verb) ? NOT_BUILT_VERBS[verb] : undefined;
  if (instead && error.code === 'commander.unknownCommand')
    return new StoppointError('NOT_BUILT', `the verb '${verb}' is not built yet`, { next: instead });
  const message = error.message === '(outputHelp)' ? 'no verb was given' : error.message.replace(/^error: /, '');
  const next =
    verb && !verb.startsWith('-') && error.code !== 'commander.unknownCommand'
      ? `run 'stoppoint ${verb} --help'`
      : "run 'stoppoint --help'";
  return new StoppointError('USAGE', message, { next });
}
