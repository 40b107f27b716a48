import { splitOutside } from './split-outside.js';

/** A short port entry, as written and still to be interpolated: `[host:]published:target[/protocol]`. */
export interface ShortPort {
  readonly host: string | null;
  readonly published: string | null;
  readonly target: string;
  readonly protocol: string | null;
}

export function parseShortPort(text: string): ShortPort {
  const [address = '', protocol = null] = splitOutside(text, '/');
  const parts = splitOutside(address, ':');
  const target = parts.at(-1) ?? '';
  const published = parts.length > 1 ? (parts.at(-2) ?? null) : null;
  const host = parts.length > 2 ? parts.slice(0, -2).join(':') : null;
  return { host, published: published === '' ? null : published, target, protocol };
}

export function formatShortPort({ host, published, target, protocol }: ShortPort): string {
  return `${host === null ? '' : `${host}:`}${published ?? ''}${published === null && host === null ? '' : ':'}${target}${protocol ? `/${protocol}` : ''}`;
}

/** `8000-8002` as its ports; a single port as one. */
export function portRange(text: string): readonly number[] {
  const [first = Number.NaN, last = first] = text.split('-').map(Number);
  if (!Number.isInteger(first) || !Number.isInteger(last) || last < first) throw new RangeError(`'${text}' is no port`);
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}
