/** Which project Compose acts on. Always complete: a forgotten file or env file means another model. */
export interface ComposeProject {
  readonly project: string;
  readonly directory: string;
  /** Absolute paths. With `-f` given, no override file is picked up on the side. */
  readonly files: readonly string[];
  /** What Compose interpolates from; without it, the `.env` of the directory. */
  readonly envFile?: string;
}

/** Arguments for the compose binary itself, called as our own child and not through `docker`. */
export function composeArgs({ project, directory, files, envFile }: ComposeProject, command: readonly string[]): readonly string[] {
  return [
    '--project-name',
    project,
    '--project-directory',
    directory,
    ...files.flatMap((file) => ['--file', file]),
    ...(envFile ? ['--env-file', envFile] : []),
    ...command,
  ];
}

/** Both views: what runs, and what is written. The first holds secrets in clear. */
export const CONFIG_INTERPOLATED = ['config', '--format', 'json'] as const;
export const CONFIG_RAW = ['config', '--format', 'json', '--no-interpolate'] as const;
