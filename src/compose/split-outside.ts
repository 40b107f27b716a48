/** Splits at a character that stands neither inside `${…}` nor inside `[…]` (an IPv6 address). */
export function splitOutside(text: string, separator: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i] ?? '';
    if (text.startsWith('${', i) || char === '[') depth += 1;
    if ((char === '}' || char === ']') && depth > 0) depth -= 1;
    if (char === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}
