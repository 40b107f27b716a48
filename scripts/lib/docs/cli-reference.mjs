import { buildProgram } from '../../../dist/cli/program.js';
import { GENERATED } from './markdown.mjs';

/** docs/cli.md: what `--help` prints, verb by verb. */
export function cliReference() {
  let printed = '';
  const io = { env: {}, out: (text) => (printed += text), err: () => {}, isTerminal: false, ask: async () => '' };
  const program = buildProgram(io, () => {});
  const help = (command) => {
    printed = '';
    command.outputHelp();
    return ['```', printed.trimEnd(), '```', ''];
  };
  return [
    '# The command line',
    '',
    GENERATED,
    '',
    ...help(program),
    ...program.commands.flatMap((command) => [`## ${command.name()}`, '', ...help(command)]),
  ].join('\n');
}
