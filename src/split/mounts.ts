import { isMap, isSeq, type Node } from 'yaml';
import { type ComposeText, type Entry, isFlow, listOf, nodeOf, scalarText, section } from '../compose/document.js';
import { relativeInside } from '../compose/host-path.js';
import { interpolate } from '../compose/interpolate.js';
import { endOf, indentOf, insertLinesAfter, prefixOf, replaceNode, startOf } from '../compose/places.js';
import { isPath, parseShortMount } from '../compose/short-mount.js';
import { NOTHING, type Rewriting, type SplitContext, together, wantsBlock } from './context.js';
import { placeOf, type Place } from './mount-places.js';

interface Bind {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/**
 * Relative sources stay relative: they resolve in each environment's own folder. What would still be shared moves:
 * state is bound from the environment's state home, secret files from its own copy, the live folder from nowhere.
 */
export function rewriteMounts(file: ComposeText, context: SplitContext): Rewriting {
  const { document } = file;
  return together(
    section(file, 'services').flatMap((entry) =>
      listOf(nodeOf(entry.map, 'volumes', document), document).map((item) => oneMount(item, entry, file, context)),
    ),
  );
}

function oneMount(item: Node, entry: Entry, file: ComposeText, context: SplitContext): Rewriting {
  const bind = bindOf(item, file, context);
  if (!bind) return NOTHING;
  const place = placeOf({ ...bind, service: entry.name }, context);
  const findings = place.finding ? [{ what: place.finding, service: entry.name }] : [];
  const nested = nestedState(bind, place, context);
  if (nested.length > 0 || place.kind === 'secret') {
    const list = nodeOf(entry.map, 'volumes', file.document);
    if (!isSeq(list) || isFlow(list)) throw wantsBlock('the list of volumes', entry);
  }
  const moved = movedSource(item, bind, place, file);
  const added =
    nested.length === 0
      ? []
      : [
          insertLinesAfter(
            file.text,
            lastOf(item, file),
            nested.flatMap((one) => longForm(one, dashOf(item, file))),
          ),
        ];
  return { edits: [...moved, ...added], findings };
}

function bindOf(item: Node, { document }: ComposeText, { lookup }: SplitContext): Bind | null {
  if (isMap(item)) {
    const text = (key: string) => scalarText(nodeOf(item, key, document));
    if (text('type') !== 'bind') return null;
    return {
      source: interpolate(text('source') ?? '', lookup),
      target: interpolate(text('target') ?? '', lookup),
      readOnly: text('read_only') === 'true',
    };
  }
  const { source, target, options } = parseShortMount(scalarText(item) ?? '');
  const meant = source === null ? null : interpolate(source, lookup);
  if (meant === null || !isPath(meant)) return null;
  return { source: meant, target: interpolate(target, lookup), readOnly: options.includes('ro') };
}

function movedSource(item: Node, bind: Bind, place: Place, file: ComposeText) {
  const { text, document } = file;
  if (isMap(item)) {
    const source = nodeOf(item, 'source', document);
    return place.source === null || !source ? [] : [replaceNode(text, source, `"${place.source}"`)];
  }
  if (place.kind === 'secret') {
    // Long form, since the short one lets Docker make an empty folder where the file is missing.
    const dash = dashOf(item, file);
    const [, ...rest] = longForm({ ...bind, source: place.source ?? bind.source }, dash);
    return [{ start: startOf(item), end: endOf(text, item, startOf(item)), text: [`type: bind`, ...rest].join('\n') }];
  }
  if (place.source === null) return [];
  const { target, options } = parseShortMount(scalarText(item) ?? '');
  return [replaceNode(text, item, `"${[place.source, target, ...(options.length > 0 ? [options.join(',')] : [])].join(':')}"`)];
}

/** State inside a bind mount gets a mount of its own on top of it. */
function nestedState(bind: Bind, place: Place, { state }: SplitContext): readonly Bind[] {
  if (place.kind !== 'inside') return [];
  return state.flatMap((folder) => {
    const way = relativeInside(`/${place.path}`, `/${folder}`);
    return way === null || way === ''
      ? []
      : [{ source: place.stateSource(folder), target: `${bind.target.replace(/\/$/, '')}/${way}`, readOnly: bind.readOnly }];
  });
}

function longForm({ source, target, readOnly }: Bind, dash: string): readonly string[] {
  const indent = `${dash}  `;
  return [
    `${dash}- type: bind`,
    `${indent}source: "${source}"`,
    `${indent}target: ${target}`,
    ...(readOnly ? [`${indent}read_only: true`] : []),
    `${indent}bind:`,
    `${indent}  create_host_path: false`,
  ];
}

/** Indentation of the list's dash. */
function dashOf(item: Node, { text }: ComposeText): string {
  const prefix = prefixOf(text, startOf(item));
  return /^\s*-\s+$/.test(prefix) ? (/^\s*/.exec(prefix)?.[0] ?? '') : indentOf(text, startOf(item));
}

function lastOf(item: Node, { text }: ComposeText): number {
  return endOf(text, item, startOf(item)) - 1;
}
