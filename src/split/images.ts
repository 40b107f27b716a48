import { isPair, type Node, type Pair } from 'yaml';
import { type ComposeText, type Entry, nodeOf, pairOf, scalarText, section } from '../compose/document.js';
import type { Edit } from '../compose/edits.js';
import { endOfPair, indentOf, insertLinesBefore, lineEnd, lineStart, replaceNode, startOf } from '../compose/places.js';
import { imageVariable } from '../compose/variable-names.js';
import { NOTHING, required, type Rewriting, type SplitContext, together, wantsBlock } from './context.js';
import { quotedLike } from './networks.js';

/**
 * Every running service gets its image by a tag of the environment. `build` becomes a comment: left in place, `up
 * --build` would rebuild inside the window, and a new project name alone makes Compose build everything anew; gone
 * altogether, nobody would know how the image is made.
 */
export function rewriteImages(file: ComposeText, { images }: SplitContext): Rewriting {
  return together(section(file, 'services').map((entry) => (images.has(entry.name) ? pinned(entry, file) : NOTHING)));
}

function pinned(entry: Entry, file: ComposeText): Rewriting {
  const { text, document } = file;
  const value = required(imageVariable(entry.name));
  const image = pairOf(entry.map, 'image', document);
  const build = pairOf(entry.map, 'build', document);
  const edits: Edit[] = [];
  if (image?.own && image.pair.value) edits.push(replaceNode(text, image.pair.value, quotedLike(text, startOf(image.pair.value), value)));
  if (build) edits.push(commented(build.pair, file, entry, build.own && !image?.own ? [`image: ${value}`] : []));
  if (!image?.own && !build?.own) edits.push(firstLine(entry, file, `image: ${value}`));
  return together([{ edits, findings: [] }, pullPolicy(entry, file)]);
}

/** Comments the pair's lines out, and puts new lines in front of them. */
function commented(pair: Pair<Node, Node | null>, { text }: ComposeText, entry: Entry, before: readonly string[]): Edit {
  const start = lineStart(text, startOf(pair.key));
  const indent = indentOf(text, startOf(pair.key));
  if (text.slice(start, startOf(pair.key)).trim() !== '') throw wantsBlock('the build', entry);
  const end = lineEnd(text, endOfPair(text, pair));
  const lines = text.slice(start, end).replace(/\n$/, '').split('\n');
  const comments = lines.map((line) => `${indent}# ${line.slice(indent.length)}`.trimEnd());
  return { start, end, text: [...before.map((line) => indent + line), ...comments].map((line) => `${line}\n`).join('') };
}

function firstLine(entry: Entry, { text }: ComposeText, line: string): Edit {
  const first: unknown = entry.map?.items[0];
  if (!isPair(first)) throw wantsBlock('the service', entry);
  const at = startOf(first.key as Node);
  return insertLinesBefore(text, at, [indentOf(text, at) + line]);
}

/** `always` would ask a registry for a tag that only this host has. */
function pullPolicy(entry: Entry, { text, document }: ComposeText): Rewriting {
  const node = nodeOf(entry.map, 'pull_policy', document);
  const policy = scalarText(node);
  if (!node || policy === 'never' || policy === 'missing' || policy === 'if_not_present') return NOTHING;
  return { edits: [replaceNode(text, node, 'never')], findings: [{ what: `pull_policy '${policy}' became 'never'`, service: entry.name }] };
}
