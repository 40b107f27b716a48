export type Lookup = (name: string) => string | undefined;

/** One `$…` of a text, as Compose's template language reads it. Nested texts are in `word`. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'escaped' }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly operator: Operator | null;
      readonly word: string;
      readonly source: string;
    };

export type Operator = ':-' | '-' | ':?' | '?' | ':+' | '+';

export class TemplateProblem extends Error {}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const OPERATOR = /^(?::[-?+]|[-?+])/;

/** Splits a text at its interpolations. Throws `TemplateProblem` where Compose would refuse it. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let rest = text;
  while (rest) {
    const at = rest.indexOf('$');
    if (at < 0) return [...found, { kind: 'text', text: rest }];
    if (at > 0) found.push({ kind: 'text', text: rest.slice(0, at) });
    const [piece, length] = pieceAt(rest.slice(at));
    found.push(piece);
    rest = rest.slice(at + length);
  }
  return found;
}

/** The text with its variables replaced: Compose's meaning. An unset variable is empty. */
export function interpolate(text: string, lookup: Lookup): string {
  return pieces(text)
    .map((piece) => {
      if (piece.kind === 'text') return piece.text;
      return piece.kind === 'escaped' ? '$' : valueOf(piece, lookup);
    })
    .join('');
}

function valueOf({ name, operator, word }: Extract<Piece, { kind: 'variable' }>, lookup: Lookup): string {
  const value = lookup(name);
  const counts = operator?.startsWith(':') ? Boolean(value) : value !== undefined;
  if (operator === null) return value ?? '';
  if (operator.endsWith('+')) return counts ? interpolate(word, lookup) : '';
  if (counts) return value ?? '';
  if (operator.endsWith('-')) return interpolate(word, lookup);
  throw new TemplateProblem(`the variable '${name}' has no value`);
}

function pieceAt(text: string): [Piece, number] {
  if (text[1] === '$') return [{ kind: 'escaped' }, 2];
  if (text[1] !== '{') {
    const [name] = NAME.exec(text.slice(1)) ?? [];
    if (!name) return [{ kind: 'text', text: '$' }, 1];
    return [{ kind: 'variable', name, operator: null, word: '', source: text.slice(0, name.length + 1) }, name.length + 1];
  }
  const end = closingBrace(text);
  const inner = text.slice(2, Math.max(end, 2));
  const [name] = NAME.exec(inner) ?? [];
  const operator = name ? (OPERATOR.exec(inner.slice(name.length))?.[0] as Operator | undefined) : undefined;
  if (end < 0 || !name || (!operator && inner.length > name.length)) throw new TemplateProblem("a '${' that is no variable");
  const word = inner.slice(name.length + (operator?.length ?? 0));
  return [{ kind: 'variable', name, operator: operator ?? null, word, source: text.slice(0, end + 1) }, end + 1];
}

function closingBrace(text: string): number {
  let open = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (text.startsWith('${', i)) open += 1;
    else if (text[i] === '}') {
      open -= 1;
      if (open === 0) return i;
    }
  }
  return -1;
}
