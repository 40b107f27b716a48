import { relativeInside } from '../compose/host-path.js';

/** Env files hold secrets, whatever follows the dot; what a project keeps as an example does not. */
export function isEnvFile(path: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  return /^\.env(?:$|\.)/.test(name) && !/\.(?:example|sample|template|dist)$/.test(name);
}

/** Whether a path is one of these, or inside one. All relative to the same folder. */
export function isWithin(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => relativeInside(`/${folder}`, `/${path}`) !== null);
}
