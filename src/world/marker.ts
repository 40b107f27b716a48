import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from './write-durably.js';

export const MARKER_FILE = '.stoppoint.json';

/** In every folder that a step makes: how its probe and undo recognise their own. */
export interface Marker {
  readonly run: string;
  readonly step: string;
}

export async function readMarker(folder: string): Promise<Marker | null> {
  try {
    return JSON.parse(await readFile(join(folder, MARKER_FILE), 'utf8')) as Marker;
  } catch {
    return null;
  }
}

export async function writeMarker(folder: string, { run, step }: Marker): Promise<void> {
  await writeDurably(join(folder, MARKER_FILE), `${JSON.stringify({ run, step })}\n`);
}

export async function isMarkedBy(folder: string, { run, step }: Marker): Promise<boolean> {
  const found = await readMarker(folder);
  return found?.run === run && found.step === step;
}
