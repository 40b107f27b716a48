import { LineCounter, parseDocument, isNode, type Document } from 'yaml';
import type { z } from 'zod';
import { type Problem, StoppointError } from './diagnostic.js';
import { NOT_BUILT_KEYS, NOT_BUILT_VALUES, type PlanFile, planFileSchema } from './schema.js';

/** The plan file as data; everything that is wrong with it is told at once, with line and column. */
export function parsePlanFile(text: string, file: string): PlanFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => {
      const { line, col } = lines.linePos(pos[0]);
      return { file, line, column: col, path: '', message };
    });
    throw invalid(file, problems);
  }
  const result = planFileSchema.safeParse(document.toJS());
  if (result.success) return result.data;
  const problems = result.error.issues
    .flatMap((issue) => flatten(issue))
    .map((flat) => ({ ...place(document, lines, flat), file, path: dotted(flat.path), message: told(flat, document) }));
  const notBuilt = problems.filter(({ message }) => message.endsWith(NOT_BUILT));
  if (notBuilt.length === problems.length) {
    const names = notBuilt.map(({ path }) => `'${path}'`).join(', ');
    throw new StoppointError('PLAN_KEY_NOT_BUILT', `${names} in '${file}' is not built yet`, { problems: notBuilt });
  }
  throw invalid(file, problems);
}

const UNKNOWN = 'unknown key';
const NOT_BUILT = 'is not built yet';

/** What is only not built yet is told as such, also beside what is wrong. */
function told({ path, message }: Flat, document: Document): string {
  const key = dotted(path);
  if (message.startsWith(UNKNOWN) && NOT_BUILT_KEYS.some((known) => glob(known, key))) return `the key '${key}' ${NOT_BUILT}`;
  if (message.endsWith('received undefined')) return 'is missing';
  const value = document.getIn(path);
  const values = Object.entries(NOT_BUILT_VALUES).find(([known]) => glob(known, key))?.[1];
  return typeof value === 'string' && values?.includes(value) ? `the value '${value}' of '${key}' ${NOT_BUILT}` : message;
}

interface Flat {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** One line per wrong key: zod reports unknown keys as a group, and a union as a tree. */
function flatten(issue: z.core.$ZodIssue): readonly Flat[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: `${UNKNOWN} '${key}'` }));
  }
  if (issue.code === 'invalid_union') {
    const [closest] = [...issue.errors].sort((a, b) => a.length - b.length);
    return (closest ?? []).flatMap((inner) => flatten(inner)).map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
  }
  return [{ path: issue.path, message: issue.message }];
}

/** A wrong value is pointed at itself, an unknown key at its name, what is missing at what lacks it. */
function place(document: Document, lines: LineCounter, { path, message }: Flat): { line: number | null; column: number | null } {
  const deepest = message.startsWith(UNKNOWN) ? path.length - 1 : path.length;
  for (let length = deepest; length >= 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length), true);
    const key = path[length];
    const start = keyStart(parent, key) ?? (isNode(parent) ? parent.range?.[0] : undefined);
    if (start === undefined) continue;
    const { line, col } = lines.linePos(start);
    return { line, column: col };
  }
  return { line: null, column: null };
}

function keyStart(parent: unknown, key: PropertyKey | undefined): number | undefined {
  const items = (parent as { items?: readonly { key?: { value?: unknown; range?: readonly number[] } }[] } | null)?.items;
  return items?.find((item) => key !== undefined && item.key?.value === key)?.key?.range?.[0];
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function glob(pattern: string, path: string): boolean {
  const wanted = pattern.split('.');
  const found = path.split('.');
  return wanted.length === found.length && wanted.every((part, index) => part === '*' || part === found[index]);
}

function invalid(file: string, problems: readonly Problem[]): StoppointError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new StoppointError('PLAN_FILE_INVALID', `'${file}' has ${count}`, { problems });
}
