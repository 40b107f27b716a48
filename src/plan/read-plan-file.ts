import { LineCounter, parseDocument, isNode, type Document } from 'yaml';
import type { z } from 'zod';
import { type Problem, StoppointError } from './diagnostic.js';
import { NOT_BUILT_KEYS, type PlanFile, planFileSchema } from './schema.js';

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
    .map(({ path, message }) => ({ ...place(document, lines, path), file, path: dotted(path), message }));
  const notBuilt = problems.filter(
    ({ path, message }) => message.startsWith('unknown key') && NOT_BUILT_KEYS.some((key) => glob(key, path)),
  );
  if (notBuilt.length === problems.length) {
    const names = notBuilt.map(({ path }) => `'${path}'`).join(', ');
    throw new StoppointError('PLAN_KEY_NOT_BUILT', `${names} in '${file}' is not built yet`, { problems: notBuilt });
  }
  throw invalid(file, problems);
}

interface Flat {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** One line per wrong key: zod reports unknown keys as a group, and a union as a tree. */
function flatten(issue: z.core.$ZodIssue): readonly Flat[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: `unknown key '${key}'` }));
  }
  if (issue.code === 'invalid_union') {
    const [closest] = [...issue.errors].sort((a, b) => a.length - b.length);
    return (closest ?? []).flatMap((inner) => flatten(inner)).map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
  }
  return [{ path: issue.path, message: issue.message }];
}

function place(document: Document, lines: LineCounter, path: readonly PropertyKey[]): { line: number | null; column: number | null } {
  for (let length = path.length; length >= 0; length -= 1) {
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
