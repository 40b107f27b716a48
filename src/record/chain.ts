import { digestOf } from './digest.js';

/** One link of a run's journal. `hash` covers number, time, event and the hash before it. */
export interface Entry<Event> {
  readonly n: number;
  /** Milliseconds since the epoch, by the workflow's clock. */
  readonly at: number;
  readonly event: Event;
  readonly previous: string;
  readonly hash: string;
}

/** The head of an empty chain. */
export const GENESIS = '0'.repeat(64);

export function link<Event>({ n, at, event, previous }: { n: number; at: number; event: Event; previous: string }): Entry<Event> {
  return { n, at, event, previous, hash: digestOf({ n, at, event, previous }) };
}

/** The number of the first entry that does not follow from those before it, or null when all do. */
export function firstBrokenLink<Event>(entries: readonly Entry<Event>[]): number | null {
  let previous = GENESIS;
  for (const [index, entry] of entries.entries()) {
    const expected = link({ n: index + 1, at: entry.at, event: entry.event, previous });
    if (entry.n !== index + 1 || entry.previous !== previous || entry.hash !== expected.hash) return index + 1;
    previous = entry.hash;
  }
  return null;
}
