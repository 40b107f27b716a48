import { execa } from 'execa';
import { randomUUID } from 'node:crypto';
import { type Interface, createInterface } from 'node:readline';
import { FIXED_SETTINGS, type PostgresDoor, PSQL_ARGS, postgresClient } from '../invocations/postgres.js';
import { StoppointError } from '../plan/diagnostic.js';
import { execInvocation } from './container-exec.js';
import { dyingWithUs } from './run-command.js';

export interface SessionOptions {
  readonly door: PostgresDoor;
  readonly database: string;
  /** `<runId>/<stepId>`; also the session's application_name. */
  readonly tag: string;
  readonly signal?: AbortSignal;
}

/** A session with fixed settings for the length of `work`; it is closed whatever happens. */
export async function withPsql<T>(options: SessionOptions, work: (session: PsqlSession) => Promise<T>): Promise<T> {
  const session = new PsqlSession(options);
  try {
    await session.ask(FIXED_SETTINGS);
    return await work(session);
  } finally {
    await session.close();
  }
}

/** A psql that stays: what it opens (a snapshot) lives until it is closed, or until we die and its input ends. */
export class PsqlSession {
  readonly #child: ReturnType<typeof startPsql>;
  readonly #lines: Interface;
  readonly #where: string;
  readonly #signal: AbortSignal | undefined;

  constructor(options: SessionOptions) {
    this.#where = `psql in '${options.door.container}' on database '${options.database}'`;
    this.#signal = options.signal;
    this.#child = startPsql(options);
    // Writing to a psql that has ended is told by its exit code.
    this.#child.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout });
  }

  /** Runs the statements; every line that they print is one JSON row. */
  async ask<Row>(sql: string): Promise<readonly Row[]> {
    const end = `end ${randomUUID()}`;
    const lines: string[] = [];
    let settle: (inTime: boolean) => void;
    const answered = new Promise<boolean>((resolve) => {
      settle = resolve;
    });
    const onLine = (line: string) => {
      if (line === end) settle(true);
      else if (line !== '') lines.push(line);
    };
    this.#lines.on('line', onLine);
    this.#child.stdin.write(`${sql}\nSELECT '${end}';\n`);
    const inTime = await Promise.race([answered, this.#child.then(() => false)]);
    this.#lines.off('line', onLine);
    if (!inTime) throw await this.#failure();
    return lines.map((line) => JSON.parse(line) as Row);
  }

  /** Like `ask`, for statements that answer with exactly one row. */
  async askOne<Row>(sql: string): Promise<Row> {
    const [row] = await this.ask<Row>(sql);
    if (row === undefined) throw new StoppointError('COMMAND_FAILED', `${this.#where} gave no answer`);
    return row;
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    const late = setTimeout(() => this.#child.kill(), 5_000);
    await this.#child;
    clearTimeout(late);
  }

  /** What psql said may hold rows: it travels beside the message, for the run's folder only. */
  async #failure(): Promise<StoppointError> {
    const { exitCode, stderr } = await this.#child;
    this.#signal?.throwIfAborted();
    const error = new StoppointError('COMMAND_FAILED', `${this.#where} ended with exit code ${exitCode ?? -1}`);
    return Object.assign(error, { stderr });
  }
}

function startPsql({ door, database, tag, signal }: SessionOptions) {
  const { container, user } = door;
  const command = postgresClient(door, 'psql', PSQL_ARGS);
  const env = { PGDATABASE: database, PGAPPNAME: `stoppoint ${tag}` };
  const invocation = execInvocation({ container, command, env, input: '', ...(user ? { user } : {}) }, tag);
  const [file, args] = dyingWithUs(invocation);
  return execa(file, args, {
    env: invocation.env ?? {},
    ...(signal ? { cancelSignal: signal } : {}),
    stdin: 'pipe',
    buffer: { stdout: false },
    reject: false,
  });
}
