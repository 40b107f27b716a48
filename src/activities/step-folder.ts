import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

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

/** Either the old content or the new one survives a crash, never half of it. Mode 0600. */
export async function writeDurably(path: string, text: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
