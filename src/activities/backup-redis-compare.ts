type Digests = ReadonlyMap<string, string>;

export interface RedisComparison {
  readonly differences: readonly string[];
  readonly compared: number;
  /** Keys whose time ran out between the two looks. */
  readonly expiredMeanwhile: number;
}

/** A key may be missing only if its absolute expiry has passed by `now` (ms since the epoch). Keys are named as hex. */
export function compareDigests(copy: Digests, loaded: Digests, now: number): RedisComparison {
  const differences: string[] = [];
  let compared = 0;
  let expiredMeanwhile = 0;
  for (const [key, digest] of copy) {
    const other = loaded.get(key);
    if (other === digest) compared += 1;
    else if (other === undefined && hasExpired(digest, now)) expiredMeanwhile += 1;
    else differences.push(`key ${key} ${other === undefined ? 'is missing' : `has another ${aspectOf(digest, other)}`}`);
  }
  for (const key of loaded.keys()) if (!copy.has(key)) differences.push(`key ${key} is new`);
  return { differences, compared, expiredMeanwhile };
}

function hasExpired(digest: string, now: number): boolean {
  const expiry = Number(digest.split(' ')[1]);
  return expiry >= 0 && expiry <= now;
}

function aspectOf(digest: string, other: string): string {
  const [a, b] = [digest.split(' '), other.split(' ')];
  return ['type', 'time to live', 'value'].find((_, place) => a[place] !== b[place]) ?? 'digest';
}
