import { isMap } from 'yaml';
import { type ComposeText, listOf, nodeOf, scalarText, section } from '../compose/document.js';

/** Names that a service has on its networks besides its own. */
export function networkAliases(file: ComposeText, service: string): readonly string[] {
  const { document } = file;
  const entry = section(file, 'services').find(({ name }) => name === service);
  const networks = nodeOf(entry?.map ?? null, 'networks', document);
  if (!isMap(networks)) return [];
  return networks.items.flatMap((pair) => {
    const value = isMap(pair.value) ? pair.value : null;
    return listOf(nodeOf(value, 'aliases', document), document).flatMap((alias) => scalarText(alias) ?? []);
  });
}
