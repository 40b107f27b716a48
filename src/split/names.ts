import { isPair, type Node, type Pair } from 'yaml';
import { type ComposeText, keyText, nodeOf, pairOf, scalarText, section } from '../compose/document.js';
import { removePair } from '../compose/places.js';
import { type Rewriting, type SplitContext, type SplitFinding, wantsBlock } from './context.js';

/** Names that are global to the host: the second environment could not even be created. */
export function rewriteNames(file: ComposeText, _context: SplitContext): Rewriting {
  const { text, document } = file;
  const top = document.contents && 'items' in document.contents ? document.contents.items : [];
  const projectName = top.filter((pair) => isPair(pair) && keyText(pair) === 'name');
  const containerNames = section(file, 'services').flatMap((entry) => {
    const found = pairOf(entry.map, 'container_name', document);
    return found ? [{ entry, pair: found.pair }] : [];
  });
  const edits = [...projectName.map((pair) => ({ pair, entry: undefined })), ...containerNames].map(({ pair, entry }) => {
    const edit = removePair(text, pair as Pair<Node, Node | null>);
    if (!edit) throw wantsBlock('a fixed name', entry);
    return edit;
  });
  const findings: SplitFinding[] = containerNames.map(({ entry }) => ({
    what: `fixed container name '${scalarText(nodeOf(entry.map, 'container_name', document))}' removed: it is global to the host`,
    service: entry.name,
  }));
  return { edits, findings };
}
