import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { type ComposeText, type Entry, isFlow, keyText, listOf, nodeOf, pairOf, scalarText, section } from '../compose/document.js';
import type { Edit } from '../compose/edits.js';
import { relativeInside, resolvePath } from '../compose/host-path.js';
import { interpolate } from '../compose/interpolate.js';
import { endOfPair, indentOf, insertLinesAfter, insertLinesBefore, prefixOf, replaceNode, startOf } from '../compose/places.js';
import { APP_ENV } from '../compose/variable-names.js';
import { NOTHING, notSplittable, required, type Rewriting, type SplitContext, together, wantsBlock } from './context.js';
import { quotedLike } from './networks.js';

/** Each environment reads env files of its own, and every service that reads one is told which environment it is. */
export function rewriteEnvFiles(file: ComposeText, context: SplitContext): Rewriting {
  return together(section(file, 'services').map((entry) => ofService(entry, file, context)));
}

function ofService(entry: Entry, file: ComposeText, context: SplitContext): Rewriting {
  const { document } = file;
  const envFile = pairOf(entry.map, 'env_file', document);
  if (!envFile) return NOTHING;
  const renamed = listOf(nodeOf(entry.map, 'env_file', document), document).map((item) => renamedFile(item, entry, file, context));
  return { edits: [...renamed, appEnv(entry, file)], findings: [] };
}

function renamedFile(item: Node, entry: Entry, { text, document }: ComposeText, { directory, lookup }: SplitContext): Edit {
  const node = isMap(item) ? nodeOf(item, 'path', document) : item;
  const written = scalarText(node);
  if (!node || written === null) throw notSplittable(`the env_file of service '${entry.name}' is not a path`);
  const path = relativeInside(directory, resolvePath(directory, interpolate(written, lookup)));
  if (path === null)
    throw notSplittable(
      `service '${entry.name}' reads the env file '${written}' from outside the project's folder`,
      'move it into the folder',
    );
  const kept = written.startsWith('/') ? `./${path}` : written;
  return replaceNode(text, node, quotedLike(text, startOf(node), `${kept}.${required(APP_ENV)}`));
}

function appEnv(entry: Entry, file: ComposeText): Edit {
  const { text, document } = file;
  const value = required(APP_ENV);
  const found = pairOf(entry.map, 'environment', document);
  const environment = nodeOf(entry.map, 'environment', document);
  if (isMap(environment)) {
    const existing = pairOf(environment, APP_ENV, document);
    if (existing?.pair.value) return replaceNode(text, existing.pair.value, `"${value}"`);
    return firstEntry(environment, file, `${APP_ENV}: "${value}"`, '{');
  }
  if (isSeq(environment)) {
    const existing = environment.items.find((item) => scalarText(item)?.split('=')[0] === APP_ENV);
    if (existing) return replaceNode(text, existing as Node, `"${APP_ENV}=${value}"`);
    return firstEntry(environment, file, `"${APP_ENV}=${value}"`, '[');
  }
  const pair = found?.pair ?? pairOf(entry.map, 'env_file', document)?.pair;
  if (!pair || (found && !isScalar(found.pair.value))) throw wantsBlock('the environment', entry);
  const indent = indentOf(text, startOf(pair.key));
  const lines = found ? [] : [`${indent}environment:`];
  return insertLinesAfter(text, endOfPair(text, pair) - 1, [...lines, `${indent}  ${APP_ENV}: "${value}"`]);
}

/** In front of what is there: in a block as a line of its own, in braces as the first element. */
function firstEntry(collection: Node, { text }: ComposeText, entry: string, bracket: string): Edit {
  if (isFlow(collection)) {
    const at = text.indexOf(bracket, startOf(collection)) + 1;
    const rest = text.slice(at);
    const isEmpty = /^\s*[}\]]/.test(rest);
    return { start: at, end: at, text: ` ${entry}${isEmpty ? '' : ','}${/^\s/.test(rest) ? '' : ' '}` };
  }
  const at = startOf(collection);
  const prefix = prefixOf(text, at);
  return insertLinesBefore(text, at, [`${prefix}${bracket === '[' ? '- ' : ''}${entry}`]);
}

/** Paths of env files as written, per service: what has to be written for each environment. */
export function envFilesOf(file: ComposeText, { directory, lookup }: Pick<SplitContext, 'directory' | 'lookup'>): readonly EnvFileUse[] {
  const { document } = file;
  return section(file, 'services').flatMap((entry) => {
    const environment = nodeOf(entry.map, 'environment', document);
    const keys = isMap(environment)
      ? environment.items.map((pair) => keyText(pair))
      : listOf(environment, document).map((item) => scalarText(item)?.split('=')[0] ?? '');
    return listOf(nodeOf(entry.map, 'env_file', document), document).map((item): EnvFileUse => {
      const written = scalarText(isMap(item) ? nodeOf(item, 'path', document) : item) ?? '';
      const path = relativeInside(directory, resolvePath(directory, interpolate(written, lookup))) ?? written;
      return {
        service: entry.name,
        path,
        isRequired: !(isMap(item) && scalarText(nodeOf(item, 'required', document)) === 'false'),
        overridden: keys,
      };
    });
  });
}

export interface EnvFileUse {
  readonly service: string;
  /** Relative to the project's folder. */
  readonly path: string;
  readonly isRequired: boolean;
  /** Keys that the service's own `environment` sets, and that therefore win over the file. */
  readonly overridden: readonly string[];
}
