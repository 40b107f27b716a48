import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Values of all secret-like keys in the env files below a folder: production's, staging's, and the operator's. */
export async function secretValues(folder: string, keys = /TOKEN|SECRET|PASSWORD|SESSION_STRING|_KEY$/): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /(^|\.)env(\.|$)/.test(entry.name) && !entry.name.includes('example'));
  const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath ?? entry.path, entry.name), 'utf8')));
  const pairs = texts.flatMap((text) => [...text.matchAll(/^([A-Z0-9_]+)=['"]?([^'"\n]*)['"]?$/gm)]);
  return [
    ...new Set(pairs.filter(([, key, value]) => keys.test(key ?? '') && (value ?? '').length >= 12).map(([, , value]) => value ?? '')),
  ];
}

/** Names of the texts in which one of the values occurs; the value itself is not told. */
export function whereFound(values: readonly string[], texts: ReadonlyMap<string, string>): readonly string[] {
  return [...texts].filter(([, text]) => values.some((value) => text.includes(value))).map(([name]) => name);
}
