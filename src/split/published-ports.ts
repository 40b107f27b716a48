import { isMap, isSeq, type Node } from 'yaml';
import { type ComposeText, type Entry, isFlow, listOf, nodeOf, scalarText, section } from '../compose/document.js';
import type { Edit } from '../compose/edits.js';
import { interpolate } from '../compose/interpolate.js';
import { prefixOf, replaceNode, startOf } from '../compose/places.js';
import { formatShortPort, parseShortPort, portRange, type ShortPort } from '../compose/published-port.js';
import type { PortAssignment } from '../plan/target.js';
import { notSplittable, required, type Rewriting, type SplitContext, wantsBlock } from './context.js';

/** Each published port comes from the environment; host address, target and protocol stay as written. */
export function rewritePorts(file: ComposeText, context: SplitContext): Rewriting {
  const { document } = file;
  const edits = section(file, 'services').flatMap((entry) =>
    listOf(nodeOf(entry.map, 'ports', document), document).flatMap((item) => onePort(item, entry, file, context)),
  );
  return { edits, findings: [] };
}

function onePort(item: Node, entry: Entry, file: ComposeText, { ports, lookup }: SplitContext): readonly Edit[] {
  const { document, text } = file;
  const own = ports.filter(({ service }) => service === entry.name);
  const meaning = (written: string | null) => (written === null ? null : interpolate(written, lookup));
  if (isMap(item)) {
    const published = nodeOf(item, 'published', document);
    const value = meaning(scalarText(published));
    if (!published || !value) return [];
    const target = Number(meaning(scalarText(nodeOf(item, 'target', document))));
    const protocol = meaning(scalarText(nodeOf(item, 'protocol', document))) ?? 'tcp';
    const found = own.find((port) => port.target === target && port.protocol === protocol && String(port.published) === value);
    if (!found) throw unassigned(entry, value);
    return [replaceNode(text, published, `"${required(found.variable)}"`)];
  }
  const written = parseShortPort(scalarText(item) ?? '');
  const short: ShortPort = { ...written, published: meaning(written.published) || null, target: meaning(written.target) ?? '' };
  if (short.published === null) return [];
  const replacements = assignmentsOf(short, own, entry).map(({ variable, target }) =>
    formatShortPort({ ...written, published: required(variable), target: written.target.includes('-') ? String(target) : written.target }),
  );
  const quoted = replacements.map((value) => `"${value}"`);
  if (quoted.length === 1) return [replaceNode(text, item, quoted[0] ?? '')];
  const list = nodeOf(entry.map, 'ports', document);
  if (!isSeq(list) || isFlow(list)) throw wantsBlock('the ports', entry);
  return [replaceNode(text, item, quoted.join(`\n${prefixOf(text, startOf(item))}`))];
}

/** A range is one assignment per port. */
function assignmentsOf(
  { published, target, protocol }: ShortPort,
  own: readonly PortAssignment[],
  entry: Entry,
): readonly PortAssignment[] {
  const outer = portRange(published ?? '');
  const inner = portRange(target);
  return outer.map((port, n) => {
    const wanted = inner[inner.length === 1 ? 0 : n];
    const found = own.find((one) => one.target === wanted && one.protocol === (protocol ?? 'tcp') && one.published === port);
    if (!found) throw unassigned(entry, String(port));
    return found;
  });
}

function unassigned(entry: Entry, published: string): Error {
  return notSplittable(
    `service '${entry.name}' publishes port ${published}, and does not run`,
    'start it before the run plan is made, or take the port out',
  );
}
