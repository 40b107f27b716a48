import { createInterface } from 'node:readline/promises';

/** Everything of the outside that a verb may touch besides the world: given in, so that tests can watch. */
export interface Io {
  readonly env: { readonly [name: string]: string | undefined };
  /** Text for people, or the one JSON document. */
  out(text: string): void;
  /** Logs and errors. */
  err(text: string): void;
  /** A person sits at both ends. */
  readonly isTerminal: boolean;
  ask(question: string): Promise<string>;
}

export function processIo(): Io {
  return {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: Boolean(process.stdin.isTTY && process.stdout.isTTY),
    ask: async (question) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
  };
}
