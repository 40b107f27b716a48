import { link, rename, rm } from 'node:fs/promises';
import { readJson, writeJson } from '../world/json-file.js';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.js';

/** Takes the lock for this process, or tells who holds it. A dead holder's lock is taken over. */
export async function takeLock(
  path: string,
): Promise<{ readonly taken: true } | { readonly taken: false; readonly holder: ProcessIdentity }> {
  const mine = `${path}.${process.pid}`;
  await writeJson(mine, await identityOf(process.pid));
  try {
    for (;;) {
      if (await linked(mine, path)) return { taken: true };
      const holder = await lockHolder(path);
      if (holder) return { taken: false, holder };
      await moveAside(path);
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** The living process that holds the lock, or null. */
export async function lockHolder(path: string): Promise<ProcessIdentity | null> {
  const holder = (await readJson(path)) as ProcessIdentity | null;
  return holder && typeof holder.pid === 'number' && (await isAlive(holder)) ? holder : null;
}

export async function releaseLock(path: string): Promise<void> {
  const holder = (await readJson(path)) as ProcessIdentity | null;
  if (holder?.pid === process.pid) await rm(path, { force: true });
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a dead holder's lock. What was moved is looked at again: it may be one that another process just took. */
async function moveAside(path: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (await lockHolder(aside)) await linked(aside, path);
  await rm(aside, { force: true });
}
