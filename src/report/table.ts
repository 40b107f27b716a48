/** Rows as aligned columns; the last column is left as it is. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, lengthOf(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - lengthOf(cell))))
      .join('  ')
      .trimEnd(),
  );
}

/** In characters as people count them, not in UTF-16 units. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

export function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** Left and right end of one line. */
export function spread(left: string, right: string, width: number): string {
  return `${left}${' '.repeat(Math.max(2, width - lengthOf(left) - lengthOf(right)))}${right}`;
}
