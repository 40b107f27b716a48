const NAME = '[\'"`]?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)?[\'"`]?';

/** How programs say that a variable of their environment is not there. */
const COMPLAINTS: readonly RegExp[] = [
  new RegExp(`${NAME}\\s+(?:environment )?variable is not set`),
  /\bKeyError: ['"]([A-Z][A-Z0-9_]*)['"]/,
  new RegExp(`\\bmissing (?:required )?(?:environment|env)(?: variables?)?:?\\s*${NAME}`, 'i'),
  new RegExp(
    `\\b(?:environment|required|env) variables?:? ${NAME}\\s*(?:is |are |was |must be )?(?:missing|required|not set|not defined|undefined|unset|set)\\b`,
    'i',
  ),
  /\b['"`]?([A-Z][A-Z0-9]*_[A-Z0-9_]+)['"`]?:? (?:is|are|was) (?:required|missing|not set|not defined|unset|undefined)\b/,
];

/**
 * The variable that a log line says is missing (`?` when it names none), or null. Only the name leaves this function:
 * the rest of a log line may hold anything.
 */
export function missingVariable(line: string): string | null {
  for (const complaint of COMPLAINTS) {
    const found = complaint.exec(line);
    if (found) return found[1] && /^[A-Z][A-Z0-9_]*$/.test(found[1]) ? found[1] : '?';
  }
  return null;
}
