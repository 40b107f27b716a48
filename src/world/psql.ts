import { type Cluster, psqlCommand } from '../invocations/psql.js';
import { StoppointError } from '../plan/diagnostic.js';
import { execInContainer } from './container-exec.js';
import { CommandError } from './run-command.js';

export interface SqlOptions {
  readonly signal?: AbortSignal | undefined;
  /** `<run>/<step>`: marks the client inside the container as ours. */
  readonly tag: string;
  readonly timeoutMs?: number;
}

/** Runs SQL as the superuser and gives what was printed, without alignment or headers. */
export async function runSql(cluster: Cluster, sql: string, options: SqlOptions): Promise<string> {
  try {
    const { container, database } = cluster;
    const program = { container, command: psqlCommand(cluster), env: { PGDATABASE: database }, input: sql };
    const { stdout } = await execInContainer(program, options);
    return stdout;
  } catch (error) {
    if (error instanceof CommandError) throw new SqlError(cluster, error);
    throw error;
  }
}

/** Each line that was printed, read as JSON: let the SQL select `json_build_object(…)`. */
export async function sqlRows<Row>(cluster: Cluster, sql: string, options: SqlOptions): Promise<readonly Row[]> {
  const printed = await runSql(cluster, sql, options);
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** One number, for example of `SELECT count(*)`. */
export async function sqlNumber(cluster: Cluster, sql: string, options: SqlOptions): Promise<number> {
  return Number((await runSql(cluster, sql, options)).trim());
}

/** A failed statement. The message has Postgres' ERROR line, not its DETAIL, which may show data. */
export class SqlError extends StoppointError {
  /** Line of the whole text at which psql stood, from 1; null when the client never got there. */
  readonly line: number | null;
  readonly reason: string;
  /** The line of the statement at which Postgres points, as far as psql shows it. */
  readonly pointsAt: string | null;

  constructor({ container, database }: Cluster, cause: CommandError) {
    const { stderr, childExit } = cause;
    const found = /psql:<stdin>:(\d+): (?:ERROR|FATAL):\s+(.*)/.exec(stderr);
    const reason = (found?.[2] ?? /(?:ERROR|FATAL):\s+(.*)/.exec(stderr)?.[1] ?? `psql ended with exit code ${childExit}`).slice(0, 300);
    super('COMMAND_FAILED', `SQL in database '${database}' of '${container.slice(0, 40)}' failed: ${reason}`, { cause });
    this.line = found ? Number(found[1]) : null;
    this.reason = reason;
    this.pointsAt = /^LINE \d+: (.*)$/m.exec(stderr)?.[1] ?? null;
  }
}
