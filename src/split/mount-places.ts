import { relativeInside, resolvePath } from '../compose/host-path.js';
import { STATE_HOME } from '../compose/variable-names.js';
import { notSplittable, required, type SplitContext } from './context.js';

/** Where a bind mount's source lies, and what has to be written instead (`source`, null when it may stay). */
export type Place =
  | {
      readonly kind: 'inside';
      readonly path: string;
      readonly source: string | null;
      readonly finding: null;
      readonly stateSource: (folder: string) => string;
    }
  | { readonly kind: 'state' | 'secret'; readonly source: string | null; readonly finding: null }
  | { readonly kind: 'outside'; readonly source: string | null; readonly finding: string | null };

/** The kernel's and the engine's own: the same for every environment of a host, and no data of either. */
const OF_THE_HOST = ['/dev', '/proc', '/sys', '/run', '/var/run', '/etc/localtime', '/etc/timezone'];

interface Asked {
  readonly service: string;
  readonly source: string;
  readonly readOnly: boolean;
}

export function placeOf({ service, source, readOnly }: Asked, { directory, state, secretFiles }: SplitContext): Place {
  if (source.startsWith('~')) throw notSplittable(`service '${service}' mounts '${source}' from a home folder`, 'write the path out');
  const full = resolvePath(directory, source);
  const path = relativeInside(directory, full);
  const isRelative = source.startsWith('.') && !source.split('/').includes('..');
  if (path === null) return outside({ service, source, readOnly }, full, isRelative);
  if (secretFiles.includes(path)) return { kind: 'secret', source: `./${path}`, finding: null };
  if (state.some((folder) => relativeInside(`/${folder}`, `/${path}`) !== null))
    return { kind: 'state', source: stateSource(path), finding: null };
  return { kind: 'inside', path, source: isRelative ? null : `./${path}`, finding: null, stateSource };
}

function outside({ service, source, readOnly }: Asked, full: string, isRelative: boolean): Place {
  const isOfTheHost = OF_THE_HOST.some((folder) => relativeInside(folder, full) !== null);
  if (!readOnly && !isOfTheHost) {
    throw notSplittable(
      `service '${service}' writes into '${source}', outside the project's folder; both environments would write there`,
      'move it into the folder, or mount it read-only',
    );
  }
  // A relative way out of the folder means another place once the folder is another.
  const mustBeAbsolute = isRelative || !source.startsWith('/');
  return {
    kind: 'outside',
    source: mustBeAbsolute ? full : null,
    finding: readOnly ? null : `'${full}' of the host is mounted writable in both environments`,
  };
}

function stateSource(path: string): string {
  return `${required(STATE_HOME)}/${path}`;
}
