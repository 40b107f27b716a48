import canonicalizeModule from 'canonicalize';

// The package is CommonJS with a default export; under nodenext its type is the module object.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** RFC 8785 text of a JSON value: equal values give equal text, whatever the order of their keys. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON values have a canonical form');
  return text;
}
