import {
  Client,
  Connection,
  type ConnectionOptions,
  isGrpcDeadlineError,
  isGrpcServiceError,
  QueryNotRegisteredError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { StoppointError } from './plan/diagnostic.js';
import type { OperatorMessage } from './plan/messages.js';
import type { Receipt, RunEvent } from './plan/run-event.js';
import type { RunState } from './plan/run-state.js';
import type { Entry } from './record/chain.js';
import { decideUpdate, journalQuery, type MigrationInput, statusQuery } from './workflows/messages.js';

/** Where the run's Temporal server is. */
export interface TemporalTarget {
  readonly connection: ConnectionOptions;
  readonly namespace: string;
  readonly taskQueue: string;
}

const CONNECT_MS = 5_000;
const CALL_MS = 5_000;
const QUERY_MS = 3_000;
const DECIDE_MS = 10_000;
/** A closed run is replayed from its history before it answers. */
const JOURNAL_MS = 6_000;
/** A worker asks again at least once a minute; older pollers are those of dead workers. */
const POLLER_AGE_MS = 70_000;

/** One run per deployment: Temporal itself refuses a second one under the same id. */
export function workflowIdOf(deployment: string): string {
  return `stoppoint/${deployment}`;
}

/** The one door to Temporal. Every call has a deadline: nothing here waits for ever. */
export async function openDoor(target: TemporalTarget): Promise<Door> {
  try {
    const connection = await Connection.connect({ ...target.connection, connectTimeout: CONNECT_MS });
    return new Door(connection, target);
  } catch (cause) {
    throw unreachable(target, cause);
  }
}

export class Door {
  readonly connection: Connection;
  readonly #client: Client;
  readonly #target: TemporalTarget;

  constructor(connection: Connection, target: TemporalTarget) {
    this.connection = connection;
    this.#target = target;
    this.#client = new Client({ connection, namespace: target.namespace });
  }

  async start(input: MigrationInput): Promise<void> {
    const workflowId = workflowIdOf(input.plan.deployment);
    await this.#within(CALL_MS, () =>
      this.#client.workflow.start('migration', {
        workflowId,
        taskQueue: this.#target.taskQueue,
        args: [input],
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        // How long a task that died with its worker is waited for: the default of 10 s would all be downtime.
        workflowTaskTimeout: '4s',
        staticSummary: `run ${input.runId} of ${input.plan.deployment}, started by ${input.startedBy}`.slice(0, 200),
      }),
    );
  }

  /** The state of the latest run of this deployment, as its workflow tells it. */
  async status(deployment: string): Promise<RunState> {
    const handle = this.#client.workflow.getHandle(workflowIdOf(deployment));
    return await this.#within(QUERY_MS, () => handle.query(statusQuery));
  }

  /** The same `updateId` twice is one decision, however often the call is repeated. */
  async decide(deployment: string, message: OperatorMessage, updateId?: string): Promise<Receipt> {
    const handle = this.#client.workflow.getHandle(workflowIdOf(deployment));
    return await this.#within(DECIDE_MS, () => handle.executeUpdate(decideUpdate, { args: [message], ...(updateId ? { updateId } : {}) }));
  }

  /** The journal of this very run, by its workflow: the latest of the deployment, or an older one that has ended. */
  async journal(deployment: string, runId: string): Promise<(after: number) => Promise<readonly Entry<RunEvent>[]>> {
    const workflowId = workflowIdOf(deployment);
    const page = (after: number, execution?: string) =>
      this.#within(JOURNAL_MS, () => this.#client.workflow.getHandle(workflowId, execution).query(journalQuery, after));
    if ((await page(0)).runId === runId) return async (after) => (await page(after)).entries;
    for (const execution of await this.#executions(workflowId)) {
      if ((await page(0, execution)).runId === runId) return async (after) => (await page(after, execution)).entries;
    }
    throw new StoppointError('RUN_UNKNOWN', `Temporal holds no history of run '${runId}'`);
  }

  /** Identities (`<pid>@<host>`) of the workers that asked this host's task queue for work lately. */
  async workers(): Promise<readonly string[]> {
    const { namespace, taskQueue } = this.#target;
    const { pollers } = await this.#within(CALL_MS, () =>
      this.connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType: 1 }),
    );
    return (pollers ?? [])
      .filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > Date.now() - POLLER_AGE_MS)
      .map(({ identity }) => identity ?? '');
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  async #executions(workflowId: string): Promise<readonly string[]> {
    return await this.#within(CALL_MS, async () => {
      const found: string[] = [];
      for await (const { runId } of this.#client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) found.push(runId);
      return found;
    });
  }

  async #within<T>(ms: number, call: () => Promise<T>): Promise<T> {
    try {
      return await this.connection.withDeadline(Date.now() + ms, call);
    } catch (error) {
      throw asStoppointError(error, this.#target);
    }
  }
}

function asStoppointError(error: unknown, target: TemporalTarget): unknown {
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    return new StoppointError('ALREADY_RUNNING', `a run goes on under '${error.workflowId}'`, { cause: error });
  }
  if (error instanceof WorkflowNotFoundError) {
    return new StoppointError('RUN_ENDED', `Temporal has no running workflow '${error.workflowId}'`, { cause: error });
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    const message = `no worker of '${target.taskQueue}' answered; the decision may still count when one comes`;
    return new StoppointError('NO_WORKER', message, { next: "run 'stoppoint up', then look at 'stoppoint status'", cause: error });
  }
  if (error instanceof WorkflowUpdateFailedError) {
    return new StoppointError('MALFORMED_MESSAGE', `the run turned the message away: ${error.cause?.message ?? error.message}`, {
      cause: error,
    });
  }
  if (error instanceof QueryNotRegisteredError || isGrpcDeadlineError(error)) return noWorker(target, error);
  const cause = error instanceof ServiceError ? error.cause : error;
  if (isGrpcServiceError(cause) || error instanceof ServiceError) return byGrpcCode(cause, target, error);
  return error;
}

const DEADLINE_EXCEEDED = 4;
const FAILED_PRECONDITION = 9;

/** A query that no worker takes comes back as one of two codes; everything else is the server's trouble. */
function byGrpcCode(cause: unknown, target: TemporalTarget, error: unknown): StoppointError {
  const code = isGrpcServiceError(cause) ? cause.code : null;
  if (code === DEADLINE_EXCEEDED || code === FAILED_PRECONDITION) return noWorker(target, error);
  return unreachable(target, error);
}

function noWorker({ taskQueue }: TemporalTarget, cause: unknown): StoppointError {
  return new StoppointError('NO_WORKER', `no worker of '${taskQueue}' answered in time`, { cause });
}

function unreachable({ connection }: TemporalTarget, cause: unknown): StoppointError {
  return new StoppointError('TEMPORAL_UNREACHABLE', `the Temporal server at '${connection.address ?? 'localhost:7233'}' does not answer`, {
    cause,
  });
}
