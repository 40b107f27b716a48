import { randomInt } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ALPHABET = `${LETTERS}0123456789`;

/** Letters and digits only, the first a letter: such a secret may stand in URLs, shells and templates unescaped. */
export function randomText(length: number): string {
  return Array.from({ length }, (_, n) => pick(n === 0 ? LETTERS : ALPHABET)).join('');
}

function pick(alphabet: string): string {
  return alphabet[randomInt(alphabet.length)] ?? '';
}
