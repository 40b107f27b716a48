import { isMap, isScalar, type Node, type Pair } from 'yaml';
import { type ComposeText, type Entry, isFlow, listOf, nodeOf, pairOf, scalarText, section } from '../compose/document.js';
import type { Edit } from '../compose/edits.js';
import { indentOf, insertLinesAfter, lineEnd, lineStart, startOf, endOfPair } from '../compose/places.js';
import { isPath, parseShortMount } from '../compose/short-mount.js';
import { volumeVariable } from '../compose/variable-names.js';
import { notSplittable, required, type Rewriting, type SplitContext, type SplitFinding, wantsBlock } from './context.js';

/**
 * Every volume becomes external with its name from the environment: a project that does not own its volumes can
 * neither start on a silently made empty one, nor delete one.
 */
export function rewriteVolumes(file: ComposeText, context: SplitContext): Rewriting {
  const used = usedVolumes(file);
  const entries = section(file, 'volumes');
  const known = entries.filter(({ name }) => context.volumes.has(name));
  const findings = entries.filter(({ name }) => !context.volumes.has(name) && used.has(name)).map((entry) => unobserved(entry, file));
  return { edits: known.map((entry) => externalVolume(entry, file)), findings };
}

function externalVolume(entry: Entry, { document, text }: ComposeText): Edit {
  const driver = scalarText(nodeOf(entry.map, 'driver', document));
  if (pairOf(entry.map, 'driver_opts', document) || (driver && driver !== 'local')) {
    throw notSplittable(`the volume '${entry.name}' has driver options; both environments would keep their data in one place`);
  }
  const name = required(volumeVariable(entry.name));
  const { key, value } = entry.pair;
  if (isFlow(value)) return { start: value?.range?.[0] ?? 0, end: value?.range?.[1] ?? 0, text: `{ external: true, name: "${name}" }` };
  const indent = indentOf(text, startOf(key));
  if (text.slice(lineStart(text, startOf(key)), startOf(key)).trim() !== '') throw wantsBlock('the volume', entry);
  const lines = [`${indent}  external: true`, `${indent}  name: ${name}`];
  if (isMap(value))
    return { start: lineEnd(text, startOf(key)), end: lineEnd(text, endOfPair(text, entry.pair)), text: `${lines.join('\n')}\n` };
  if (isAliasOrText(entry.pair)) throw notSplittable(`the volume '${entry.name}' is written by an alias`, 'write it out');
  return insertLinesAfter(text, startOf(key), lines);
}

function isAliasOrText({ value }: Pair<Node, Node | null>): boolean {
  return value !== null && !(isScalar(value) && value.value === null);
}

/** A volume of a service that does not run today (a profile): Compose prefixes it with the project, so it is not shared. */
function unobserved(entry: Entry, { document }: ComposeText): SplitFinding {
  if (pairOf(entry.map, 'name', document) || pairOf(entry.map, 'external', document)) {
    throw notSplittable(
      `the volume '${entry.name}' has a literal name, and no running service uses it`,
      'start what uses it, or remove the name',
    );
  }
  return { what: `volume '${entry.name}' is used by no running service: it stays as it is, one per project`, service: null };
}

function usedVolumes(file: ComposeText): ReadonlySet<string> {
  const { document } = file;
  const sources = section(file, 'services').flatMap(({ map }) =>
    listOf(nodeOf(map, 'volumes', document), document).map((item) => {
      if (isMap(item)) return scalarText(nodeOf(item, 'source', document));
      return parseShortMount(scalarText(item) ?? '').source;
    }),
  );
  return new Set(sources.filter((source) => source !== null && !isPath(source)) as string[]);
}
