import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';

type Env = { readonly [name: string]: string | undefined };

const PINNED = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

/** The program to start a server with: STOPPOINT_TEMPORAL_BIN, then PATH, then what set-up built. */
export async function findTemporalBinary(env: Env = process.env): Promise<string> {
  const named = env['STOPPOINT_TEMPORAL_BIN'];
  if (named) {
    if (await isProgram(named)) return named;
    throw missing(`STOPPOINT_TEMPORAL_BIN names '${named}', which is no program`, env);
  }
  const onPath = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  for (const candidate of [...onPath.map((folder) => join(folder, 'temporal')), cachedBinary(env)]) {
    if (await isProgram(candidate)) return candidate;
  }
  throw missing("there is no program 'temporal' to start a server with", env);
}

function cachedBinary(env: Env): string {
  return join(env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache'), 'stoppoint', 'bin', 'temporal');
}

async function isProgram(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function missing(message: string, env: Env): StoppointError {
  const folder = join(cachedBinary(env), '..');
  const next = [
    'do one of these:',
    './scripts/setup',
    'export TEMPORAL_ADDRESS=HOST:PORT          # a server that runs already',
    'export STOPPOINT_TEMPORAL_BIN=/path/to/temporal',
    `GOBIN=${folder} go install ${PINNED}`,
  ].join('\n  ');
  return new StoppointError('TEMPORAL_BINARY_MISSING', message, { next });
}
