import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from './args.mjs';

/** The file that says "this folder was made by materialize and may be removed". */
export const markerName = '.stoppoint-sample.json';

export async function readMarker(dir) {
  try {
    return JSON.parse(await readFile(join(dir, markerName), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

export async function writeMarker(dir, marker) {
  await writeFile(join(dir, markerName), `${JSON.stringify(marker, null, 2)}\n`);
}

export async function requireMarker(dir) {
  const marker = await readMarker(dir);
  if (!marker) throw new Refusal(`"${dir}" was not made by materialize: it has no ${markerName}`);
  return marker;
}

/** Makes `dir`, or accepts one of ours that was never deployed; anything else is refused. */
export async function claimFolder(dir) {
  await mkdir(dir, { recursive: true });
  const marker = await readMarker(dir);
  if (marker?.deployed) throw new Refusal(`"${dir}" is deployed; run destroy first`);
  if (!marker && (await readdir(dir)).length > 0) {
    throw new Refusal(`"${dir}" is not empty and was not made by materialize`);
  }
}
