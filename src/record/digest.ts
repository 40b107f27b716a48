import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonical } from './canonical.js';

/** Lower-case hex SHA-256 of a text's UTF-8 bytes. Pure JavaScript: it also runs inside workflows. */
export function digestText(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** SHA-256 of a JSON value's canonical text. */
export function digestOf(value: unknown): string {
  return digestText(canonical(value));
}

/** What people see and type: the first twelve hex digits. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}
