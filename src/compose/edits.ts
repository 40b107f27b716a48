/** Replace `text[start, end)`; an insertion has `start === end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text with all edits made. Two services that share a node by an anchor ask for the same edit: it is made once.
 * Edits that overlap are a mistake of ours, hence a TypeError.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const once = new Map(edits.map((edit) => [`${edit.start} ${edit.end} ${edit.text}`, edit]));
  const sorted = [...once.values()].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let done = 0;
  for (const { start, end, text: replacement } of sorted) {
    if (start < done) throw new TypeError(`two edits overlap at offset ${start}`);
    result += text.slice(done, start) + replacement;
    done = end;
  }
  return result + text.slice(done);
}
