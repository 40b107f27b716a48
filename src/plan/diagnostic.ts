import { CODES, type Code } from './codes.js';

/** Every refusal and failure that a person can meet: a code, one sentence that names the object, the next action. */
export class StoppointError extends Error {
  override readonly name = 'StoppointError';
  readonly code: Code;
  readonly next: string;
  readonly problems: readonly Problem[];

  constructor(code: Code, message: string, options: { next?: string; problems?: readonly Problem[]; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.next = options.next ?? CODES[code].next;
    this.problems = options.problems ?? [];
  }

  get exitCode(): number {
    return CODES[this.code].exit;
  }
}

/** One of several things that are wrong with one file. Line and column count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly path: string;
  readonly message: string;
}
