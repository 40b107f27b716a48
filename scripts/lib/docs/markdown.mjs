export const GENERATED = '<!-- Made by scripts/generate-docs.mjs from the code; do not edit. -->';

/** Text for one cell of a table. */
export function cell(text) {
  return String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
}
