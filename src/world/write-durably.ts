import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Either the old content or the new one survives a crash, never half of it. Mode 0600 unless said. */
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
