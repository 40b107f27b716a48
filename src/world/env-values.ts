import { readFile } from 'node:fs/promises';
import { parseDotenv } from '../compose/dotenv.js';
import { StoppointError } from '../plan/diagnostic.js';

/** The values of an env file, as Compose reads it: never to be shown or logged. */
export async function readEnvValues(path: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new StoppointError('ENV_FILE_MISSING', `the env file '${path}' cannot be read`, { cause });
  });
  return parseDotenv(text);
}
