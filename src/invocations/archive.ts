/** One file, folder or link, as a listing or an archive tells of it. */
export interface Entry {
  /** Relative, without `./`; the top itself is `.`. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds since the epoch. */
  readonly mtime: number;
  readonly size: number;
  /** Of a file's content; null for all else, and for a file that vanished before it was read. */
  readonly sha256: string | null;
  /** Where a link points to. */
  readonly target: string | null;
}

/** Owners go by number: names mean nothing outside the container. Exit code 1: a file changed while it was read. */
export function packCommand(folder: string): readonly string[] {
  return ['tar', '--create', '--numeric-owner', '--file', '-', '--directory', folder, '.'];
}

/** Reads the archive from standard input. */
export function unpackCommand(folder: string): readonly string[] {
  return ['tar', '--extract', '--preserve-permissions', '--numeric-owner', '--file', '-', '--directory', folder];
}

/** Prints what `readListing` reads. Only what GNU and BusyBox both know. */
export function listCommand(folder: string): readonly string[] {
  return ['sh', '-c', LIST, 'sh', folder];
}

const LIST = `cd "$1" || exit 2
find . -exec stat -c 'S %f %u %g %Y %s %n' {} + || changed=1
find . -type f -exec sha256sum {} + || changed=1
find . -type l -exec sh -c 'for link do printf "L %s\\t%s\\n" "$link" "$(readlink "$link")"; done' sh {} + || changed=1
exit "\${changed:-0}"`;

/**
 * The entries that `listCommand` printed, sorted by path; sockets are left out, as tar leaves them out. A name with
 * a line break breaks the format: such lines are answered as `unreadable`, since a proof that skips a file is none.
 */
export function readListing(text: string): { readonly entries: readonly Entry[]; readonly unreadable: number } {
  const entries = new Map<string, Entry>();
  let unreadable = 0;
  for (const line of text.split('\n')) {
    const [, stat, digest, link] = /^(?:(S [0-9a-f]+ .*)|(\\?[0-9a-f]{64} [ *].*)|(L .*\t.*))$/s.exec(line) ?? [];
    if (stat) {
      const entry = entryOf(stat);
      if (entry) entries.set(entry.path, entry);
    } else if (digest) complete(entries, digestedName(digest), { sha256: digest.replace('\\', '').slice(0, 64) });
    else if (link) complete(entries, link.slice(2, link.indexOf('\t')), { target: link.slice(link.indexOf('\t') + 1) });
    else if (line !== '') unreadable += 1;
  }
  return { entries: sorted(entries.values()), unreadable };
}

/** A backslash before the digest says that the name is escaped. */
function digestedName(line: string): string {
  if (!line.startsWith('\\')) return line.slice(66);
  return line.slice(67).replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

function complete(entries: Map<string, Entry>, name: string, more: Partial<Entry>): void {
  const entry = entries.get(pathOf(name));
  if (entry) entries.set(entry.path, { ...entry, ...more });
}

const SOCKET = 12;

function entryOf(stat: string): Entry | null {
  const [, raw = '0', uid, gid, mtime, size, ...name] = stat.split(' ');
  const bits = Number.parseInt(raw, 16);
  if (bits >> 12 === SOCKET) return null;
  const kind = ({ 8: 'file', 4: 'folder', 10: 'link' } as const)[bits >> 12] ?? 'other';
  const path = pathOf(name.join(' '));
  return {
    path,
    kind,
    mode: bits & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    mtime: Number(mtime),
    size: kind === 'file' ? Number(size) : 0,
    sha256: null,
    target: null,
  };
}

/** `./a/b/` as `a/b`. */
export function pathOf(name: string): string {
  return name.replace(/^\.\//, '').replace(/\/$/, '') || '.';
}

export function sorted(entries: Iterable<Entry>): readonly Entry[] {
  return [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Paths, each with what is otherwise in `there` than in `here`. Times and sizes of folders, and modes of links, say nothing. */
export function differentEntries(here: readonly Entry[], there: readonly Entry[]): readonly string[] {
  const others = new Map(there.map((entry) => [entry.path, entry]));
  const differences = here.flatMap((entry) => {
    const other = others.get(entry.path);
    others.delete(entry.path);
    if (!other) return [`'${entry.path}' is missing`];
    const aspect = differentAspect(entry, other);
    return aspect ? [`'${entry.path}' has another ${aspect}`] : [];
  });
  return [...differences, ...[...others.keys()].map((path) => `'${path}' is new`)];
}

function differentAspect(a: Entry, b: Entry): string | null {
  const aspects: readonly (keyof Entry)[] = ['kind', 'uid', 'gid', 'size', 'sha256', 'target'];
  const more: readonly (keyof Entry)[] = a.kind === 'link' ? [] : a.kind === 'file' ? ['mode', 'mtime'] : ['mode'];
  return [...aspects, ...more].find((aspect) => a[aspect] !== b[aspect]) ?? null;
}

/** Entries that two looks at a living folder found the same: only these can be demanded of the archive in between. */
export function steadyEntries(before: readonly Entry[], after: readonly Entry[]): readonly Entry[] {
  const later = new Map(after.map((entry) => [entry.path, entry]));
  return before.filter((entry) => {
    const other = later.get(entry.path);
    return other !== undefined && differentAspect(entry, other) === null;
  });
}
