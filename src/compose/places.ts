import { isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Edit } from './edits.js';

export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Where the last character of a node's content ends: not its trailing comments or blank lines. */
export function endOf(text: string, node: Node | null, otherwise: number): number {
  if (isMap(node) || isSeq(node)) {
    if (node.flow) return node.range?.[1] ?? otherwise;
    const last: unknown = node.items.at(-1);
    if (isPair(last)) return endOfPair(text, last as Pair<Node, Node | null>);
    return endOf(text, (last ?? null) as Node | null, otherwise);
  }
  if (isScalar(node) && node.source === '' && node.value === null) return otherwise;
  const end = node?.range?.[1] ?? otherwise;
  // A block scalar owns its last line break; all else ends before it.
  return text.slice(0, end).trimEnd().length;
}

export function endOfPair(text: string, pair: Pair<Node, Node | null>): number {
  const afterKey = text.indexOf(':', pair.key.range?.[1] ?? 0) + 1;
  return endOf(text, pair.value, afterKey);
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset behind the line's break, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** What stands before an offset on its line: indentation, and the dash of a list item. */
export function prefixOf(text: string, offset: number): string {
  return text.slice(lineStart(text, offset), offset);
}

/** Spaces as wide as the prefix: where a sibling of the node at this offset begins. */
export function indentOf(text: string, offset: number): string {
  return ' '.repeat(prefixOf(text, offset).length);
}

export function replaceNode(text: string, node: Node, replacement: string): Edit {
  return { start: startOf(node), end: endOf(text, node, startOf(node)), text: replacement };
}

/** Removes the lines of a pair; null when something else stands on them (a flow map, a list's dash). */
export function removePair(text: string, pair: Pair<Node, Node | null>): Edit | null {
  const start = lineStart(text, startOf(pair.key));
  if (text.slice(start, startOf(pair.key)).trim() !== '') return null;
  return { start, end: lineEnd(text, endOfPair(text, pair)), text: '' };
}

/** New lines behind the line on which `offset` lies. */
export function insertLinesAfter(text: string, offset: number, lines: readonly string[]): Edit {
  const at = lineEnd(text, offset);
  const missingBreak = at > 0 && text[at - 1] !== '\n' ? '\n' : '';
  return { start: at, end: at, text: `${missingBreak}${lines.map((line) => `${line}\n`).join('')}` };
}

export function insertLinesBefore(text: string, offset: number, lines: readonly string[]): Edit {
  const at = lineStart(text, offset);
  return { start: at, end: at, text: lines.map((line) => `${line}\n`).join('') };
}
