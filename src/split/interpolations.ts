import { isScalar, type Node, visit } from 'yaml';
import type { ComposeText } from '../compose/document.js';
import type { Edit } from '../compose/edits.js';
import { interpolate, type Lookup, type Piece, pieces } from '../compose/interpolate.js';
import { notSplittable, required, type Rewriting, type SplitContext } from './context.js';

type Variable = Extract<Piece, { kind: 'variable' }>;

/** Every interpolation fails closed: a default is production's value, and would stand in for staging's. */
export function rewriteInterpolations(file: ComposeText, { mayBeEmpty }: SplitContext): Rewriting {
  const edits = scalarsOf(file).flatMap(({ start, source }) => {
    let at = start;
    return pieces(source).flatMap((piece): readonly Edit[] => {
      const length = piece.kind === 'variable' ? piece.source.length : piece.kind === 'escaped' ? 2 : piece.text.length;
      at += length;
      if (piece.kind !== 'variable' || !failsOpen(piece)) return [];
      return [{ start: at - length, end: at, text: required(piece.name, { mayBeEmpty: mayBeEmpty.has(piece.name) }) }];
    });
  });
  return { edits, findings: [] };
}

/** The variables that a file interpolates, with the value that each has today. */
export function interpolatedVariables(file: ComposeText, lookup: Lookup): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const piece of scalarsOf(file).flatMap(({ source }) => pieces(source))) {
    if (piece.kind !== 'variable') continue;
    for (const { name, value } of meanings(piece, lookup)) {
      const other = values.get(name);
      if (other !== undefined && other !== value) {
        throw notSplittable(
          `the variable '${name}' has two defaults in the compose file`,
          'give it one value in the .env file of the project',
        );
      }
      values.set(name, value);
    }
  }
  return values;
}

/** Names of variables that may still be unset, or fall back to a default. */
export function openVariables(file: ComposeText): readonly string[] {
  return scalarsOf(file).flatMap(({ source }) =>
    pieces(source).flatMap((piece) => (piece.kind === 'variable' && failsOpen(piece) ? [piece.name] : [])),
  );
}

function failsOpen({ operator }: Variable): boolean {
  return operator === null || operator.endsWith('-');
}

/** What replaces the variable today. The variables of a default vanish with it; those of `${X:+…}` stay. */
function meanings(piece: Variable, lookup: Lookup): readonly { readonly name: string; readonly value: string }[] {
  const set = lookup(piece.name);
  if (failsOpen(piece)) return [{ name: piece.name, value: interpolate(piece.source, lookup) }];
  const nested = piece.operator?.endsWith('+')
    ? pieces(piece.word).flatMap((inner) => (inner.kind === 'variable' ? meanings(inner, lookup) : []))
    : [];
  return [...(set === undefined ? [] : [{ name: piece.name, value: set }]), ...nested];
}

/** Values as written, never keys: Compose interpolates values only. */
function scalarsOf({ document, text }: ComposeText): readonly { readonly start: number; readonly source: string }[] {
  const found: { start: number; source: string }[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || !isScalar(node)) return;
      const [start, end] = (node as Node).range ?? [0, 0];
      const source = text.slice(start, end);
      if (source.includes('$')) found.push({ start, source });
    },
  });
  return found;
}
