import { isMap } from 'yaml';
import { type ComposeText, isFlow, nodeOf, pairOf, scalarText, section } from '../compose/document.js';
import { interpolate } from '../compose/interpolate.js';
import { NOTHING, notSplittable, type Rewriting, type SplitContext, wantsBlock } from './context.js';

const SERVICE_KEYS: { readonly [key: string]: string } = {
  external_links: 'links to containers outside the project by name',
  volumes_from: 'takes volumes from another container',
};

/** What Compose alone cannot give to two environments on one host: refused, never half-split. */
export function refuseUnsplittable(file: ComposeText, { lookup }: SplitContext): Rewriting {
  const { document } = file;
  if (document.has('include'))
    throw notSplittable("the compose file uses 'include'", 'put its services into the files that the plan file names');
  for (const entry of section(file, 'services')) {
    if (isFlow(entry.map)) throw wantsBlock('the service', entry);
    const mode = scalarText(nodeOf(entry.map, 'network_mode', document));
    const network = mode === null ? '' : interpolate(mode, lookup);
    if (network === 'host' || network.startsWith('container:')) {
      throw notSplittable(`service '${entry.name}' has network_mode '${network}'; both environments would share its ports`);
    }
    for (const [key, does] of Object.entries(SERVICE_KEYS)) {
      if (pairOf(entry.map, key, document)) throw notSplittable(`service '${entry.name}' ${does} ('${key}')`);
    }
    const parent = nodeOf(entry.map, 'extends', document);
    if (isMap(parent) && pairOf(parent, 'file', document)) {
      throw notSplittable(
        `service '${entry.name}' extends a service of another file`,
        'put that service into the files that the plan file names',
      );
    }
    const networks = nodeOf(entry.map, 'networks', document);
    for (const pair of isMap(networks) ? networks.items : []) {
      const value = isMap(pair.value) ? pair.value : null;
      const fixed = ['ipv4_address', 'ipv6_address', 'mac_address'].find((key) => pairOf(value, key, document));
      if (fixed) throw notSplittable(`service '${entry.name}' has a fixed '${fixed}'`);
    }
  }
  return NOTHING;
}
