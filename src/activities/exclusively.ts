const running = new Map<string, Promise<unknown>>();

/** Runs `work` once nothing else runs under the same key in this process. */
export async function exclusively<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let other = running.get(key); other; other = running.get(key)) {
    await other.catch(() => undefined);
    if (signal.aborted) throw signal.reason;
  }
  const mine = work();
  running.set(key, mine);
  try {
    return await mine;
  } finally {
    running.delete(key);
  }
}
