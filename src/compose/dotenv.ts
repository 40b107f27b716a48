import { interpolate, type Lookup } from './interpolate.js';

/** Line counts from 1. The message never holds a value. */
export class DotenvProblem extends Error {
  readonly line: number;

  constructor(line: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.line = line;
  }
}

/**
 * An env file with Compose's meaning, which no other reader shares: `$` is expanded, ` #` begins a comment but a
 * tab does not, what follows a closing quote is dropped, a key alone is inherited. Keys keep the order of the file.
 */
export function parseDotenv(text: string, lookup: Lookup = () => undefined): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const either: Lookup = (name) => lookup(name) ?? values.get(name);
  let rest = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const line = () => text.split('\n').length - rest.split('\n').length + 1;
  for (;;) {
    rest = rest.replace(/^(?:\s|#[^\n]*)+/, '');
    if (!rest) return values;
    const { key, separator, length } = keyAt(rest, line());
    rest = rest.slice(length);
    if (separator === '\n' || separator === '') {
      const inherited = lookup(key);
      if (inherited !== undefined) values.set(key, inherited);
      continue;
    }
    const { value, length: taken } = valueAt(rest, either, line());
    values.set(key, value);
    rest = rest.slice(taken);
  }
}

function keyAt(text: string, line: number): { key: string; separator: string; length: number } {
  const [export_ = ''] = /^export[ \t]+/.exec(text) ?? [];
  const [whole = '', key = '', separator = ''] = /^([^=:\n]*)([=:\n]?)/.exec(text.slice(export_.length)) ?? [];
  const name = key.trimEnd();
  if (!/^[\p{L}\p{N}_.[\]-]+$/u.test(name)) throw new DotenvProblem(line, 'a variable name has a character that is not allowed');
  const spaces = separator === '\n' ? '' : (/^[ \t\v\f\r]*/.exec(text.slice(export_.length + whole.length))?.[0] ?? '');
  return { key: name, separator, length: export_.length + whole.length + spaces.length };
}

function valueAt(text: string, lookup: Lookup, line: number): { value: string; length: number } {
  const quote = text[0];
  if (quote === '"' || quote === "'") return quotedAt(text, quote, lookup, line);
  const [whole = ''] = /^[^\n]*/.exec(text) ?? [];
  const [withoutComment = ''] = whole.split(' #');
  return { value: expanded(withoutComment.trimEnd(), lookup, line), length: whole.length };
}

function quotedAt(text: string, quote: string, lookup: Lookup, line: number): { value: string; length: number } {
  let raw = '';
  for (let i = 1; i < text.length; i += 1) {
    const char = text[i];
    if (char === quote) {
      // What stands behind the closing quote is read as a new statement.
      return { value: quote === '"' ? expanded(unescaped(raw), lookup, line) : raw, length: i + 1 };
    }
    if (char === '\\' && text[i + 1] === quote) {
      raw += quote;
      i += 1;
    } else if (char === '\\' && text[i + 1] === '\\') {
      raw += '\\\\';
      i += 1;
    } else raw += char;
  }
  throw new DotenvProblem(line, 'a quoted value does not end');
}

const ESCAPES: { readonly [char: string]: string } = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** `\$` becomes `$$`, which interpolation turns into one `$`. */
function unescaped(text: string): string {
  return text.replace(/\\(?:([abfnrtv\\])|(\$)|0(\d{0,3}))/g, (_, char?: string, dollar?: string, octal = '') => {
    if (char) return ESCAPES[char] ?? char;
    if (dollar) return '$$';
    return /^[0-3][0-7]{2}$/.test(octal) ? String.fromCharCode(Number.parseInt(octal, 8)) : `\\${octal}`;
  });
}

function expanded(text: string, lookup: Lookup, line: number): string {
  try {
    return interpolate(text, lookup);
  } catch (cause) {
    throw new DotenvProblem(line, 'a value cannot be interpolated', { cause });
  }
}
