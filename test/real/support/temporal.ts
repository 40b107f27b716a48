import { Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Runtime, type WorkflowBundleWithSourceMap, Worker } from '@temporalio/worker';
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findTemporalBinary } from '../../../src/service/temporal-binary.js';

const nothing = () => undefined;
const QUIET = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

export interface TestServer {
  readonly address: string;
  readonly connection: Connection;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A real Temporal server of this test's own, in memory, on a port that was free. */
export async function startTemporal(): Promise<TestServer> {
  // Failures on purpose would fill the screen with warnings.
  if (!Runtime._instance) Runtime.install({ logger: QUIET });
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--headless', '--log-level', 'error'];
  const child = spawn(
    await findTemporalBinary(process.env),
    [...args, '--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
    { stdio: 'ignore' },
  );
  const connection = await reached(address, child);
  return {
    address,
    connection,
    pid: child.pid ?? 0,
    stop: async () => {
      await connection.close();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      // Without this the core's threads keep the test process alive.
      await Runtime._instance?.shutdown();
    },
  };
}

async function reached(address: string, child: ChildProcess): Promise<Connection> {
  for (const deadline = Date.now() + 30_000; ; await pause(100)) {
    try {
      return await Connection.connect({ address, connectTimeout: 1000 });
    } catch (error) {
      if (Date.now() > deadline || child.exitCode !== null) throw error;
    }
  }
}

export function bundle(): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('../../../src/workflows/index.ts', import.meta.url)), logger: QUIET });
}

/** Runs a worker with these activities for as long as `body` takes. Without the cache every task replays its history first. */
export async function withWorker<T>(
  {
    address,
    taskQueue,
    activities,
    workflowBundle,
    cached = true,
  }: { address: string; taskQueue: string; activities: object; workflowBundle: WorkflowBundleWithSourceMap; cached?: boolean },
  body: () => Promise<T>,
): Promise<T> {
  const connection = await NativeConnection.connect({ address });
  try {
    const cache = cached ? { stickyQueueScheduleToStartTimeout: '2s' as const } : { maxCachedWorkflows: 0 };
    const worker = await Worker.create({ connection, taskQueue, activities, workflowBundle, ...cache });
    return await worker.runUntil(body);
  } finally {
    await connection.close();
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
