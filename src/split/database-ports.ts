import { isMap, isScalar, type Node, visit } from 'yaml';
import { type ComposeText, listOf, nodeOf, scalarText, section } from '../compose/document.js';
import type { Edit } from '../compose/edits.js';
import { interpolate, type Lookup, pieces } from '../compose/interpolate.js';
import { replaceNode } from '../compose/places.js';
import { formatShortPort, parseShortPort, portRange } from '../compose/published-port.js';
import type { PortAssignment } from '../plan/target.js';
import { notSplittable } from './context.js';

export interface DatabasePorts {
  readonly edits: readonly Edit[];
  readonly variables: ReadonlyMap<string, string>;
}

interface Ports {
  readonly lookup: Lookup;
  readonly livePorts: readonly PortAssignment[];
  readonly ports: readonly PortAssignment[];
}

/**
 * A port that stands in a variable of its own changes in the env file; one whose variable also means something else
 * (Postgres' port inside the network, B1), or a literal one, is written out.
 */
export function databasePorts(file: ComposeText, context: Ports): DatabasePorts {
  const { document, text } = file;
  const uses = variableUses(file);
  const edits: Edit[] = [];
  const variables = new Map<string, string>();
  for (const entry of section(file, 'services')) {
    for (const item of listOf(nodeOf(entry.map, 'ports', document), document)) {
      const node = isMap(item) ? nodeOf(item, 'published', document) : item;
      const short = isMap(item) ? null : parseShortPort(scalarText(item) ?? '');
      const written = short ? short.published : scalarText(node);
      const published = written === null ? '' : interpolate(written, context.lookup);
      if (!node || written === null || published === '') continue;
      if (portRange(published).length > 1)
        throw notSplittable(`the database's service '${entry.name}' publishes a range of ports`, 'write one entry per port');
      const target = Number(
        interpolate(short ? short.target : (scalarText(nodeOf(item as never, 'target', document)) ?? ''), context.lookup),
      );
      const own = String(newPort(entry.name, { target, published: Number(published) }, context));
      const only = onlyVariable(written);
      if (only && uses.get(only) === 1) variables.set(only, own);
      else edits.push(replaceNode(text, node, `"${short ? formatShortPort({ ...short, published: own }) : own}"`));
    }
  }
  return { edits, variables };
}

function newPort(service: string, { target, published }: { target: number; published: number }, { livePorts, ports }: Ports): number {
  const at = livePorts.findIndex((one) => one.service === service && one.target === target && one.published === published);
  const found = ports[at];
  if (!found || found.service !== service)
    throw notSplittable(
      `the database's service '${service}' publishes port ${published}, and does not run`,
      'start it before the run plan is made',
    );
  return found.published;
}

function onlyVariable(written: string): string | null {
  const [piece, ...rest] = pieces(written);
  return rest.length === 0 && piece?.kind === 'variable' && !piece.word.includes('$') && !piece.operator?.endsWith('+') ? piece.name : null;
}

/** How often each variable occurs in the whole file. */
function variableUses({ document, text }: ComposeText): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const count = (source: string): void => {
    for (const piece of pieces(source)) {
      if (piece.kind !== 'variable') continue;
      uses.set(piece.name, (uses.get(piece.name) ?? 0) + 1);
      count(piece.word);
    }
  };
  visit(document, {
    Scalar(key, node) {
      const [start, end] = (node as Node).range ?? [0, 0];
      if (key !== 'key' && isScalar(node)) count(text.slice(start, end));
    },
  });
  return uses;
}
