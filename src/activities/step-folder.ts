import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../world/write-durably.js';

/** A step's own folder for one cutover attempt: what was before, evidence, raw output. */
export class StepFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  static of({ runFolder, stepId, attempt }: { runFolder: string; stepId: string; attempt: number }): StepFolder {
    return new StepFolder(join(runFolder, 'steps', stepId, String(attempt)));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async read<T>(name: string): Promise<T | null> {
    try {
      return JSON.parse(await readFile(this.file(name), 'utf8')) as T;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async write(name: string, value: unknown): Promise<void> {
    await writeDurably(this.file(name), `${JSON.stringify(value, null, 2)}\n`);
  }
}
