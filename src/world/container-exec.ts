import { CommandError, type CommandResult, type Invocation, type RunOptions, runCommand } from './run-command.js';

/** A program inside a running container. Values of `env` reach it through our environment, never through `argv`. */
export interface ContainerProgram {
  /** Id or name. */
  readonly container: string;
  readonly command: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** `uid:gid` or a name; the container's own user by default. */
  readonly user?: string;
  readonly input?: string;
  readonly inputFile?: string;
}

export interface ExecOptions extends RunOptions {
  /** `<runId>/<stepId>`: by it a later attempt finds what this one left running (see endTagged). */
  readonly tag?: string;
}

/** What a step's programs inside others' containers are known by. */
export function tagOf(step: { readonly runId: string; readonly stepId: string }): string {
  return `${step.runId}/${step.stepId}`;
}

/** Runs it through the docker CLI as a child of ours. Errors name container and program, never output. */
export async function execInContainer(program: ContainerProgram, { tag, ...options }: ExecOptions = {}): Promise<CommandResult> {
  try {
    return await runCommand(execInvocation(program, tag), options);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const invocation = { file: `${nameOf(program)} in container ${program.container}`, args: [] };
    throw new CommandError({ invocation, exitCode: error.childExit, stderr: error.stderr, missing: false });
  }
}

/** The program's own name, also behind `sh -c SCRIPT sh PROGRAM`. */
function nameOf({ command }: ContainerProgram): string {
  const first = command[0] === 'sh' && command[1] === '-c' ? (command[4] ?? 'sh') : (command[0] ?? '');
  return first.slice(first.lastIndexOf('/') + 1);
}

export function execInvocation(program: ContainerProgram, tag?: string): Invocation {
  const { container, command, env = {}, user, input, inputFile } = program;
  const all = { ...env, ...(tag ? { STOPPOINT_TAG: tag } : {}) };
  const reads = input !== undefined || inputFile !== undefined;
  return {
    file: 'docker',
    args: [
      'exec',
      ...(reads ? ['-i'] : []),
      ...(user ? ['-u', user] : []),
      ...Object.keys(all).flatMap((name) => ['-e', name]),
      container,
      ...command,
    ],
    env: all,
    ...(input === undefined ? {} : { input }),
    ...(inputFile === undefined ? {} : { inputFile }),
  };
}

/**
 * Ends what an earlier attempt left running in somebody else's container: a killed docker CLI does not end the
 * program that it started, and a forgotten dump goes on with its locks and its snapshot.
 * Returns how many were ended. A container that does not run has none.
 */
export async function endTagged(container: string, tag: string, options: RunOptions = {}): Promise<number> {
  const program = { container, command: ['sh', '-c', END_TAGGED], env: { ENDS: tag } };
  const { stdout } = await execInContainer(program, { ...options, accept: [1] });
  return stdout.split('\n').filter((line) => line === 'ended').length;
}

const END_TAGGED = `
for process in /proc/[0-9]*; do
  if tr '\\0' '\\n' <"$process/environ" 2>/dev/null | grep -qxF "STOPPOINT_TAG=$ENDS"; then
    kill "\${process#/proc/}" 2>/dev/null && echo ended
  fi
done
exit 0`;
