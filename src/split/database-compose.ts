import { isMap, isScalar, isSeq, type Node } from 'yaml';
import {
  type ComposeText,
  type Entry,
  isFlow,
  keyText,
  listOf,
  nodeOf,
  openCompose,
  pairOf,
  scalarText,
  section,
} from '../compose/document.js';
import { applyEdits, type Edit } from '../compose/edits.js';
import { relativeInside, resolvePath } from '../compose/host-path.js';
import { interpolate, type Lookup } from '../compose/interpolate.js';
import { endOfPair, indentOf, insertLinesAfter, removePair, replaceNode, startOf } from '../compose/places.js';
import { isPath, parseShortMount } from '../compose/short-mount.js';
import type { PortAssignment } from '../plan/target.js';
import { notSplittable, wantsBlock } from './context.js';
import { databasePorts } from './database-ports.js';
import { quotedLike } from './networks.js';

export interface DatabaseContext {
  /** The live database project's folder. */
  readonly directory: string;
  readonly lookup: Lookup;
  /** The copy's project. */
  readonly project: string;
  /** Today's published ports, in the order of `ports`. */
  readonly livePorts: readonly PortAssignment[];
  /** The copy's. */
  readonly ports: readonly PortAssignment[];
}

export interface DatabaseCopy {
  readonly text: string;
  /** Variables of the copy's own env file that carry a port of the host, with the new one. */
  readonly variables: ReadonlyMap<string, string>;
}

/** The compose file of the copy: other names, ports and networks; the old container names answer as aliases inside. */
export function rewriteDatabaseCompose(text: string, context: DatabaseContext): DatabaseCopy {
  const file = openCompose(text);
  if (file.document.has('include')) throw notSplittable("the database's compose file uses 'include'");
  const ports = databasePorts(file, context);
  const edits = [
    ...projectName(file, context.project),
    ...section(file, 'services').flatMap((entry) => [...containerName(entry, file), ...outsideMounts(entry, file, context)]),
    ...ownNames(file),
    ...ports.edits,
  ];
  return { text: applyEdits(text, edits), variables: ports.variables };
}

function projectName(file: ComposeText, project: string): readonly Edit[] {
  const name = file.document.get('name', true);
  if (!isScalar(name)) return [];
  return [replaceNode(file.text, name as Node, quotedLike(file.text, startOf(name as Node), project))];
}

/** Inside, programs know each other by container name; realtime even takes its tenant from it. Hence the alias. */
function containerName(entry: Entry, file: ComposeText): readonly Edit[] {
  const { text, document } = file;
  const mode = scalarText(nodeOf(entry.map, 'network_mode', document));
  if (mode === 'host' || mode?.startsWith('container:'))
    throw notSplittable(`the database's service '${entry.name}' has network_mode '${mode}'`);
  const found = pairOf(entry.map, 'container_name', document);
  if (!found) return [];
  const name = scalarText(found.pair.value) ?? '';
  if (isFlow(entry.map) || !found.own) throw wantsBlock('the service', entry);
  const removal = removePair(text, found.pair);
  if (!removal) throw wantsBlock('the fixed name', entry);
  if (mode !== null) return [removal];
  const indent = indentOf(text, startOf(found.pair.key));
  const networks = pairOf(entry.map, 'networks', document);
  if (networks) return [removal, ...aliasOnEach(entry, networks.pair, name, file)];
  const lines = ['networks:', '  default:', '    aliases:', `      - ${name}`].map((line) => `${indent}${line}\n`);
  return [{ ...removal, text: lines.join('') }];
}

function aliasOnEach(entry: Entry, pair: Parameters<typeof endOfPair>[1], name: string, file: ComposeText): readonly Edit[] {
  const { text, document } = file;
  const networks = nodeOf(entry.map, 'networks', document);
  if (!networks || isFlow(networks)) throw wantsBlock('the networks', entry);
  if (isSeq(networks)) {
    const indent = indentOf(text, startOf(pair.key));
    const lines = listOf(networks, document).flatMap((item) => [
      `${indent}  ${scalarText(item)}:`,
      `${indent}    aliases:`,
      `${indent}      - ${name}`,
    ]);
    return [{ start: text.indexOf('\n', startOf(pair.key)) + 1, end: endOfPair(text, pair), text: lines.join('\n') }];
  }
  if (!isMap(networks)) throw wantsBlock('the networks', entry);
  return networks.items.map((network) => {
    const of = network as unknown as Parameters<typeof endOfPair>[1];
    const value = isMap(network.value) ? network.value : null;
    const indent = indentOf(text, startOf(of.key));
    const aliases = pairOf(value, 'aliases', document);
    if (aliases) {
      const list = aliases.pair.value;
      if (!isSeq(list) || isFlow(list)) throw wantsBlock('the aliases', entry);
      const first = list.items[0] as Node;
      return insertLinesAfter(text, endOfPair(text, aliases.pair) - 1, [`${indentOf(text, startOf(first)).slice(2)}- ${name}`]);
    }
    if (network.value !== null && !(isScalar(network.value) && network.value.value === null) && !value)
      throw wantsBlock(`the network '${keyText(of)}'`, entry);
    const at = value ? endOfPair(text, of) - 1 : startOf(of.key);
    return insertLinesAfter(text, at, [`${indent}  aliases:`, `${indent}    - ${name}`]);
  });
}

/** Literal names of networks and volumes go; what belongs to somebody else cannot be copied. */
function ownNames(file: ComposeText): readonly Edit[] {
  const { text, document } = file;
  return ['networks', 'volumes'].flatMap((kind) =>
    section(file, kind).flatMap((entry) => {
      if (pairOf(entry.map, 'external', document))
        throw notSplittable(`the database project uses the external ${kind.slice(0, -1)} '${entry.name}'`);
      if (pairOf(entry.map, 'driver_opts', document))
        throw notSplittable(`the database project's ${kind.slice(0, -1)} '${entry.name}' has driver options`);
      const name = pairOf(entry.map, 'name', document);
      if (!name) return [];
      const edit = removePair(text, name.pair);
      if (!edit) throw wantsBlock(`the ${kind.slice(0, -1)} '${entry.name}'`);
      return [edit];
    }),
  );
}

/** Absolute sources inside the live folder would be shared; writable ones outside it as well. */
function outsideMounts(entry: Entry, file: ComposeText, { directory, lookup }: DatabaseContext): readonly Edit[] {
  const { text, document } = file;
  return listOf(nodeOf(entry.map, 'volumes', document), document).flatMap((item): readonly Edit[] => {
    const node = isMap(item) ? nodeOf(item, 'source', document) : item;
    const short = isMap(item) ? null : parseShortMount(scalarText(item) ?? '');
    const written = short ? short.source : scalarText(node);
    const source = interpolate(written ?? '', lookup);
    if (!node || !isPath(source)) return [];
    const full = resolvePath(directory, source);
    const path = relativeInside(directory, full);
    const isReadOnly = short ? short.options.includes('ro') : scalarText(nodeOf(item as never, 'read_only', document)) === 'true';
    if (path === null && !isReadOnly && !full.endsWith('.sock'))
      throw notSplittable(`the database's service '${entry.name}' writes into '${source}', outside its folder`);
    if (path === null || !source.startsWith('/')) return [];
    return [
      replaceNode(
        text,
        node,
        `"${short ? [`./${path}`, short.target, ...(short.options.length > 0 ? [short.options.join(',')] : [])].join(':') : `./${path}`}"`,
      ),
    ];
  });
}
