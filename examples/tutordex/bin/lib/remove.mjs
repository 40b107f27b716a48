import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { docker } from './docker.mjs';

/** Removes what is in a folder, also files that containers wrote as other users. */
export async function emptyFolder(dir) {
  try {
    for (const name of await readdir(dir)) await rm(join(dir, name), { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(error.code)) throw error;
    await docker(['run', '--rm', '-v', `${dir}:/emptied`, 'stoppoint-base:bookworm-1', 'find', '/emptied', '-mindepth', '1', '-delete']);
  }
}
