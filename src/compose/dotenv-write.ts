import { parseDotenv } from './dotenv.js';

/** A value that no env file can carry so that Compose reads it back. Names the key only. */
export class UnwritableValue extends Error {}

/**
 * An env file that Compose, shells and the dotenv libraries read alike: LF, no BOM, single quotes, one line per key.
 * Where a value forbids single quotes, double quotes with Compose's escapes.
 */
export function writeDotenv(values: Iterable<readonly [key: string, value: string]>, heading: readonly string[] = []): string {
  const lines = [...values].map(([key, value]) => `${key}=${quoted(key, value)}`);
  return [...heading.map((line) => `# ${line}`.trimEnd()), ...lines, ''].join('\n');
}

function quoted(key: string, value: string): string {
  const needsEscapes = /['\n\r\0]/.test(value) || value.endsWith('\\');
  const written = needsEscapes
    ? `"${value
        .replace(/[\\"$]/g, '\\$&')
        .replaceAll('\n', '\\n')
        .replaceAll('\r', '\\r')}"`
    : `'${value}'`;
  if (!readsBack(key, written, value)) throw new UnwritableValue(`the value of '${key}' cannot be written into an env file`);
  return written;
}

/** Our own parser as the referee: what it does not read back is not written. */
function readsBack(key: string, written: string, value: string): boolean {
  if (!/^[A-Za-z_][A-Za-z0-9_.]*$/.test(key) || value.includes('\0')) return false;
  try {
    return parseDotenv(`${key}=${written}\n`).get(key) === value;
  } catch {
    return false;
  }
}
