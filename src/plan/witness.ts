/** What a witness outside says was sent: a list of objects; `at`, where there is one, is an ISO time. */
export interface Sent {
  readonly at?: unknown;
  readonly [field: string]: unknown;
}

export interface SentQuestion {
  readonly field: string;
  /** First hex digits of the SHA-256 of each sender's secret. */
  readonly digests: readonly string[];
  /** ISO time; what has no time of its own counts always. */
  readonly since: string;
}

/** Those that one of the senders sent. The field may go on after the digest, with a readable tail. */
export function sentBy(items: readonly Sent[], { field, digests, since }: SentQuestion): readonly Sent[] {
  const from = Date.parse(since);
  return items.filter((item) => {
    const sender = item[field];
    if (typeof sender !== 'string' || !digests.some((digest) => sender.startsWith(digest))) return false;
    const at = typeof item.at === 'string' ? Date.parse(item.at) : Number.NaN;
    return Number.isNaN(at) || at >= from;
  });
}
