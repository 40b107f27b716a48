import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** A compose file as text and as nodes that know their place in it: edits go to the text, so all else stays. */
export interface ComposeText {
  readonly text: string;
  readonly document: Document.Parsed;
}

export class NotYaml extends Error {}

export function openCompose(text: string): ComposeText {
  const document = parseDocument(text, { merge: true, logLevel: 'silent' });
  const [error] = document.errors;
  if (error) throw new NotYaml(error.message.split('\n')[0]);
  return { text, document };
}

export interface Entry {
  readonly name: string;
  readonly pair: Pair<Node, Node | null>;
  readonly map: YAMLMap | null;
}

/** The entries of a top-level section such as `services`. */
export function section({ document }: ComposeText, name: string): readonly Entry[] {
  const map = resolved(document.get(name, true) as Node | undefined, document);
  if (!isMap(map)) return [];
  return map.items.filter(isPairOfNodes).map((pair) => {
    const value = resolved(pair.value, document);
    return { name: keyText(pair), pair, map: isMap(value) ? value : null };
  });
}

/** A key's own pair, or the one that a merge key (`<<`) brings in. */
export function pairOf(map: YAMLMap | null, key: string, document: Document): { pair: Pair<Node, Node | null>; own: boolean } | null {
  if (!map) return null;
  const pairs = map.items.filter(isPairOfNodes);
  const own = pairs.find((pair) => keyText(pair) === key);
  if (own) return { pair: own, own: true };
  for (const merge of pairs.filter((pair) => keyText(pair) === '<<')) {
    const value = resolved(merge.value, document);
    const sources = isSeq(value) ? value.items.map((item) => resolved(item as Node, document)) : [value];
    for (const source of sources) {
      const found = isMap(source) ? pairOf(source, key, document) : null;
      if (found) return { pair: found.pair, own: false };
    }
  }
  return null;
}

/** The node of a key, aliases followed. */
export function nodeOf(map: YAMLMap | null, key: string, document: Document): Node | null {
  return resolved(pairOf(map, key, document)?.pair.value, document);
}

export function resolved(node: unknown, document: Document): Node | null {
  if (isAlias(node)) return node.resolve(document) ?? null;
  return isNode(node) ? node : null;
}

/** Text of a scalar as YAML means it; null for anything else. */
export function scalarText(node: unknown): string | null {
  if (!isScalar(node) || node.value === null) return null;
  return node.source ?? String(node.value as string | number | boolean);
}

/** A scalar, or the scalars and maps of a list, aliases followed. */
export function listOf(node: Node | null, document: Document): readonly Node[] {
  if (isSeq(node)) return node.items.map((item) => resolved(item, document)).filter((item) => item !== null);
  return node ? [node] : [];
}

/** As written: the value of a merge key is a symbol, not `<<`. */
export function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : String(pair.key);
}

function isPairOfNodes(pair: unknown): pair is Pair<Node, Node | null> {
  return isPair(pair) && isNode(pair.key);
}

export function isFlow(node: Node | null): boolean {
  return (isMap(node) || isSeq(node)) && (node as YAMLMap | YAMLSeq).flow === true;
}
