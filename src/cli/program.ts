import { Command } from 'commander';
import { EXIT_CODES } from './exit-codes.js';
import type { Io } from './io.js';
import { addVerb, type Answer, type Verb } from './verb.js';
import { approveVerb } from './approve.js';
import { auditVerb } from './audit.js';
import { doctorVerb } from './doctor.js';
import { downVerb } from './down.js';
import { initVerb } from './init.js';
import { planVerb } from './plan.js';
import { rejectVerb } from './reject.js';
import { reportVerb } from './report.js';
import { retryVerb } from './retry.js';
import { rollbackVerb } from './rollback.js';
import { startVerb } from './start.js';
import { statusVerb } from './status.js';
import { upVerb } from './up.js';
import { packageVersion } from './version.js';
import { waitVerb } from './wait.js';

/** In the order in which a newcomer meets them. */
export const VERBS: readonly Verb[] = [
  initVerb,
  doctorVerb,
  auditVerb,
  planVerb,
  upVerb,
  downVerb,
  startVerb,
  statusVerb,
  waitVerb,
  approveVerb,
  rejectVerb,
  retryVerb,
  rollbackVerb,
  reportVerb,
];

export function buildProgram(io: Io, done: (answer: Answer, json: boolean) => void): Command {
  const program = new Command('stoppoint')
    .description('durable migration runbooks for Docker Compose deployments, with stop points that people release')
    .version(packageVersion())
    .helpCommand(false)
    .configureHelp({ helpWidth: 100 })
    .addHelpText('after', exitCodeText());
  // What commander writes itself: help and version to `out`; its errors are told by the one catch.
  const output = { writeOut: (text: string) => io.out(text), writeErr: () => undefined };
  program.exitOverride().configureOutput(output);
  for (const verb of VERBS) addVerb(program, verb, { io, done });
  for (const command of program.commands) command.exitOverride().configureOutput(output).configureHelp({ helpWidth: 100 });
  return program;
}

function exitCodeText(): string {
  const lines = Object.entries(EXIT_CODES).map(([code, what]) => `  ${code}  ${what}`);
  return ['', 'Exit codes:', ...lines, '', 'Example:', '  $ stoppoint plan && stoppoint up && stoppoint start'].join('\n');
}
