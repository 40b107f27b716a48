import { Connection } from '@temporalio/client';

export const RETENTION_DAYS = 90;
const DAY_SECONDS = 24 * 3600;
const CALL_MS = 5_000;

/** Closed runs stay readable for 90 days; the dev server itself makes namespaces with one day. */
export async function keepClosedRuns(connection: Connection, namespace: string): Promise<void> {
  if ((await retentionDays(connection, namespace)) >= RETENTION_DAYS) return;
  // The types ask for a Long; the encoder takes any number that is one.
  const config = { workflowExecutionRetentionTtl: { seconds: (RETENTION_DAYS * DAY_SECONDS) as never } };
  await connection.withDeadline(Date.now() + CALL_MS, () => connection.workflowService.updateNamespace({ namespace, config }));
}

/** Whether the server tells about its namespace, for which it has to read its database, within the deadline. */
export async function serverAnswers({ address, namespace }: { address: string; namespace: string }, deadlineMs: number): Promise<boolean> {
  const deadline = Date.now() + deadlineMs;
  try {
    const connection = await Connection.connect({ address, connectTimeout: deadlineMs });
    try {
      await connection.withDeadline(deadline, () => connection.workflowService.describeNamespace({ namespace }));
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}

export async function retentionDays(connection: Connection, namespace: string): Promise<number> {
  const { config } = await connection.withDeadline(Date.now() + CALL_MS, () => connection.workflowService.describeNamespace({ namespace }));
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY_SECONDS;
}
