import type { Command } from 'commander';
import { stateDirectory, type StatePaths, statePaths } from '../world/state-directory.js';
import type { ExitCode } from './exit-codes.js';
import type { Io } from './io.js';

/** What a verb answers: the same content as text for people and as one document for programs. */
export interface Answer {
  readonly exitCode: ExitCode;
  readonly text: string;
  readonly document: { readonly version: 1; readonly kind: string };
}

/** What every verb is given. */
export interface Session {
  readonly io: Io;
  readonly json: boolean;
  /** Path of the plan file, as typed. */
  readonly file: string;
  readonly paths: StatePaths;
  /** A line for people while something goes on; to standard error when a document is asked for. */
  say(line: string): void;
}

export interface Verb {
  /** Name and arguments, for example `approve <stop-point>`. */
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly options?: readonly (readonly [flags: string, description: string])[];
  run(session: Session, args: readonly (string | undefined)[], options: Options): Promise<Answer>;
}

export type Options = { readonly [name: string]: unknown };

/** Registers a verb; its answer goes to `done`. */
export function addVerb(program: Command, verb: Verb, { io, done }: { io: Io; done: (answer: Answer, json: boolean) => void }): void {
  const command = program
    .command(verb.usage)
    .summary(verb.summary)
    .description(verb.summary)
    .option('-f, --file <path>', 'the plan file', 'stoppoint.yaml')
    .option('--json', 'one JSON document instead of text', false);
  for (const [flags, description] of verb.options ?? []) command.option(flags, description);
  const examples = verb.examples.map((example) => `  $ ${example}`).join('\n');
  command.addHelpText('after', `\nExample:\n${examples}`);
  command.action(async (...given: unknown[]) => {
    const options = command.opts<Options>();
    const json = options['json'] === true;
    const session: Session = {
      io,
      json,
      file: String(options['file']),
      paths: statePaths(stateDirectory(io.env)),
      say: (line) => (json ? io.err : io.out)(`${line}\n`),
    };
    done(await verb.run(session, given.slice(0, -2) as (string | undefined)[], options), json);
  });
}

/** A list option (`--attest a b`), empty when absent. */
export function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
