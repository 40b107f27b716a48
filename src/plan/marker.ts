/** The same JSON with `{{marker}}` replaced in every text of it, keys too. */
export function withMarker(value: unknown, marker: string): unknown {
  if (typeof value === 'string') return value.replaceAll('{{marker}}', marker);
  if (Array.isArray(value)) return value.map((item) => withMarker(item, marker));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [withMarker(key, marker) as string, withMarker(item, marker)]));
}

/** A Redis pattern that matches every key with this end, and nothing by accident. */
export function endingWith(suffix: string): string {
  return `*${suffix.replace(/[\\*?[\]^-]/g, String.raw`\$&`)}`;
}
