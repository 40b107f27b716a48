import { isMap } from 'yaml';
import { type ComposeText, type Entry, isFlow, nodeOf, pairOf, scalarText, section } from '../compose/document.js';
import type { Edit } from '../compose/edits.js';
import { interpolate } from '../compose/interpolate.js';
import { endOfPair, indentOf, insertLinesAfter, removePair, replaceNode, startOf } from '../compose/places.js';
import { DATABASE_NETWORK } from '../compose/variable-names.js';
import { notSplittable, required, type Rewriting, type SplitContext, wantsBlock } from './context.js';

const SHARED_DRIVERS = ['host', 'macvlan', 'ipvlan'];

/** Own networks lose their literal names; the database's network comes from the environment. */
export function rewriteNetworks(file: ComposeText, context: SplitContext): Rewriting {
  const entries = section(file, 'networks');
  return {
    edits: entries.flatMap((entry) => (isExternal(entry, file) ? externalNetwork(entry, file, context) : ownNetwork(entry, file))),
    findings: [],
  };
}

function isExternal(entry: Entry, { document }: ComposeText): boolean {
  const external = nodeOf(entry.map, 'external', document);
  return isMap(external) || scalarText(external) === 'true';
}

function externalNetwork(entry: Entry, file: ComposeText, { lookup, databaseNetworks }: SplitContext): readonly Edit[] {
  const { document, text } = file;
  const external = nodeOf(entry.map, 'external', document);
  const name = nodeOf(entry.map, 'name', document) ?? (isMap(external) ? nodeOf(external, 'name', document) : null);
  const literal = interpolate(scalarText(name) ?? entry.name, lookup);
  if (!databaseNetworks.has(literal)) {
    throw notSplittable(
      `the external network '${literal}' is not the database project's; names of both environments would meet on it`,
      'leave it out of the compose file, or connect the one container that needs it by hand',
    );
  }
  if (name) return [replaceNode(text, name, quotedLike(text, startOf(name), required(DATABASE_NETWORK)))];
  if (isFlow(entry.map)) throw wantsBlock('the network', entry);
  const pair = pairOf(entry.map, 'external', document)?.pair;
  if (!pair) throw wantsBlock('the network', entry);
  return [insertLinesAfter(text, endOfPair(text, pair) - 1, [`${indentOf(text, startOf(pair.key))}name: ${required(DATABASE_NETWORK)}`])];
}

function ownNetwork(entry: Entry, { document, text }: ComposeText): readonly Edit[] {
  const driver = scalarText(nodeOf(entry.map, 'driver', document));
  if (driver && SHARED_DRIVERS.includes(driver))
    throw notSplittable(`the network '${entry.name}' has the driver '${driver}', of which a host has one`);
  const ipam = nodeOf(entry.map, 'ipam', document);
  if (isMap(ipam) && pairOf(ipam, 'config', document)) throw notSplittable(`the network '${entry.name}' has a fixed address range`);
  const name = pairOf(entry.map, 'name', document);
  if (!name) return [];
  const edit = removePair(text, name.pair);
  if (!edit) throw wantsBlock('the network', entry);
  return [edit];
}

/** Keeps the quotes of what is replaced; unquoted text may hold `${…}` only outside braces and brackets. */
export function quotedLike(text: string, start: number, value: string): string {
  const quote = text[start];
  return quote === '"' || quote === "'" ? `${quote}${value}${quote}` : value;
}
