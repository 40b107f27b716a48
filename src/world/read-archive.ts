import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type Entry, pathOf, sorted } from '../invocations/archive.js';
import { StoppointError } from '../plan/diagnostic.js';

const BLOCK = 512;

/**
 * What a tar archive holds, read from its bytes and not by the program that wrote it: a witness of its own.
 * Knows ustar, GNU long names and pax headers; anything else is an error, never skipped.
 */
export async function readArchive(path: string): Promise<readonly Entry[]> {
  const reader = new BlockReader(createReadStream(path, { highWaterMark: 1 << 20 }));
  const entries = new Map<string, Entry>();
  let extra: Extra = {};
  for (;;) {
    const header = await reader.take(BLOCK);
    if (header === null) throw broken(path, 'ends without its closing block');
    if (header.every((byte) => byte === 0)) return sorted(entries.values());
    if (!hasRightSum(header)) throw broken(path, 'has a header with a wrong sum');
    const size = extra.size ?? numberAt(header, 124, 12);
    const type = String.fromCharCode(header[156] || 0x30);
    if ('LKxg'.includes(type)) {
      extra = { ...extra, ...extraOf(type, await reader.content(size)) };
      continue;
    }
    const entry = await entryOf({ header, type, size, extra, reader, entries });
    if (!entry) throw broken(path, `has an entry of the unknown type '${type}'`);
    entries.set(entry.path, entry);
    extra = {};
  }
}

interface Extra {
  readonly path?: string;
  readonly target?: string;
  readonly size?: number;
  readonly mtime?: number;
  readonly uid?: number;
  readonly gid?: number;
}

interface Raw {
  readonly header: Buffer;
  readonly type: string;
  readonly size: number;
  readonly extra: Extra;
  readonly reader: BlockReader;
  readonly entries: ReadonlyMap<string, Entry>;
}

async function entryOf({ header, type, size, extra, reader, entries }: Raw): Promise<Entry | null> {
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? textAt(header, 345, 155) : '';
  const path = pathOf(extra.path ?? (prefix ? `${prefix}/${textAt(header, 0, 100)}` : textAt(header, 0, 100)));
  const target = extra.target ?? textAt(header, 157, 100);
  const common = {
    path,
    mode: numberAt(header, 100, 8) & 0o7777,
    uid: extra.uid ?? numberAt(header, 108, 8),
    gid: extra.gid ?? numberAt(header, 116, 8),
    mtime: extra.mtime ?? numberAt(header, 136, 12),
    size: 0,
    sha256: null,
    target: null,
  };
  if (type === '0' || type === '7') return { ...common, kind: 'file', size, sha256: await reader.digest(size) };
  if (type === '5') return { ...common, kind: 'folder' };
  if (type === '2') return { ...common, kind: 'link', target };
  // A second name of a file that came before.
  if (type === '1') return entries.has(pathOf(target)) ? { ...(entries.get(pathOf(target)) as Entry), path } : null;
  return '346'.includes(type) ? { ...common, kind: 'other' } : null;
}

function extraOf(type: string, content: Buffer): Extra {
  if (type === 'L') return { path: textAt(content, 0, content.length) };
  if (type === 'K') return { target: textAt(content, 0, content.length) };
  if (type === 'g') return {};
  const found: { [name: string]: string } = {};
  for (let at = 0; at < content.length; ) {
    const length = Number.parseInt(content.toString('latin1', at, content.indexOf(0x20, at)), 10);
    const record = content.toString('utf8', content.indexOf(0x20, at) + 1, at + length - 1);
    found[record.slice(0, record.indexOf('='))] = record.slice(record.indexOf('=') + 1);
    at += length;
  }
  const { path, linkpath, size, mtime, uid, gid } = found;
  return {
    ...(path === undefined ? {} : { path }),
    ...(linkpath === undefined ? {} : { target: linkpath }),
    ...(size === undefined ? {} : { size: Number(size) }),
    ...(mtime === undefined ? {} : { mtime: Math.floor(Number(mtime)) }),
    ...(uid === undefined ? {} : { uid: Number(uid) }),
    ...(gid === undefined ? {} : { gid: Number(gid) }),
  };
}

function textAt(buffer: Buffer, at: number, length: number): string {
  const end = buffer.indexOf(0, at);
  return buffer.toString('utf8', at, end === -1 || end > at + length ? at + length : end);
}

/** Octal digits, or big-endian bytes after a first byte of 0x80. */
function numberAt(header: Buffer, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) === 0) return Number.parseInt(textAt(header, at, length).trim() || '0', 8);
  return Number(BigInt(`0x${header.toString('hex', at + 1, at + length)}`));
}

function hasRightSum(header: Buffer): boolean {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return sum === numberAt(header, 148, 8);
}

function broken(path: string, what: string): StoppointError {
  return new StoppointError('BACKUP_NOT_PROVEN', `the archive '${path}' ${what}`);
}

/** Reads a stream in pieces of any length, without ever holding a large one. */
class BlockReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Null at the end of the stream. */
  async take(length: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    await this.#each(length, (part) => parts.push(part));
    const taken = Buffer.concat(parts);
    return taken.length === length ? taken : null;
  }

  /** The content of an entry, and the padding after it. */
  async content(size: number): Promise<Buffer> {
    const content = (await this.take(size)) ?? Buffer.alloc(0);
    await this.take(padding(size));
    return content;
  }

  /** Null when the archive ends inside the content. */
  async digest(size: number): Promise<string | null> {
    const hash = createHash('sha256');
    const read = await this.#each(size, (part) => hash.update(part));
    await this.take(padding(size));
    return read === size ? hash.digest('hex') : null;
  }

  async #each(length: number, use: (part: Buffer) => void): Promise<number> {
    let read = 0;
    while (read < length) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#chunks.next();
        if (done) break;
        this.#rest = value;
      }
      const part = this.#rest.subarray(0, length - read);
      this.#rest = this.#rest.subarray(part.length);
      read += part.length;
      use(part);
    }
    return read;
  }
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}
