import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDotenv } from '../compose/dotenv.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { Target } from '../plan/target.js';

/**
 * Values of secrets by name: from the plan file's `secrets-file` when it names one, else from our own environment.
 * Read anew at every question, so that a mended file counts without a restart.
 */
export function secretsOf({ home, planFile }: Pick<Target, 'home' | 'planFile'>): (name: string) => string {
  const file = planFile.content['secrets-file'];
  return (name) => {
    const value = file ? readSecrets(resolve(home, file)).get(name) : process.env[name];
    if (value) return value;
    const place = file ? `the secrets file '${file}'` : 'the environment';
    throw new StoppointError('SECRET_MISSING', `the secret '${name}' has no value in ${place}`);
  };
}

function readSecrets(path: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    // Group and others must not read what may post in production's name.
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      throw new StoppointError('SECRET_MISSING', `the secrets file '${path}' is readable by others`, { next: `run 'chmod 600 ${path}'` });
    }
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof StoppointError) throw cause;
    throw new StoppointError('SECRET_MISSING', `the secrets file '${path}' cannot be read`, { cause });
  }
  return parseDotenv(text);
}
