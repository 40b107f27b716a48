import { userInfo } from 'node:os';
import { type Options, type Session, textOf } from './verb.js';

export const PERSON_OPTION = ['--person <name>', 'who decides (default: the user of this shell)'] as const;

export function personOf({ io }: Session, options: Options = {}): string {
  return textOf(options['person']) ?? (io.env['USER'] || nameOfProcess());
}

function nameOfProcess(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
