import type { EnvFile, EnvPicture, Gateway } from './env-picture.js';

const URL_PARTS = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/\s]*@)?(\[[^\]]+\]|[^:/?#\s]+)(?::(\d+))?/i;
const LOOPBACK = ['localhost', '127.0.0.1', '0.0.0.0', '[::1]', 'host.docker.internal'];

/**
 * Which variables are addresses of the gateway is read from today's values, not guessed from names; each must lead
 * to the environment's own one. Ports are compared with what is really published, not with a convention.
 */
export function gatewayProblems({ components, live, gateway }: EnvPicture): {
  readonly problems: readonly string[];
  readonly looked: number;
} {
  const keys = new Set(
    live.components.flatMap(({ values }) => [...values].filter(([, value]) => reaches(value, gateway.live)).map(([key]) => key)),
  );
  const uses = components.flatMap((file) =>
    [...file.values].filter(([key]) => keys.has(key)).map(([key, value]) => ({ file, key, value })),
  );
  const problems = uses.filter(({ value }) => !reaches(value, gateway.own)).map(({ file, key }) => `${file.path}: ${key}`);
  return { problems: [...problems, ...missing(components, live.components, keys)], looked: uses.length };
}

export function reaches(value: string, { hosts, port, published }: Gateway): boolean {
  const [, host, written] = URL_PARTS.exec(value) ?? [];
  if (!host) return false;
  if (LOOPBACK.includes(host)) return published.includes(Number(written));
  return hosts.includes(host) && (written === undefined || Number(written) === port);
}

/** A file that lost its address would fall back to whatever the program has built in. */
function missing(files: readonly EnvFile[], live: readonly EnvFile[], keys: ReadonlySet<string>): readonly string[] {
  return files.flatMap(({ path, values }, n) =>
    [...keys].filter((key) => live[n]?.values.has(key) && !values.has(key)).map((key) => `${path}: ${key} is missing`),
  );
}
