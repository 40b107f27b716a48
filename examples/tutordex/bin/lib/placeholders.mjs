import { Refusal } from './args.mjs';
import { apiKey } from './jwt.mjs';

const placeholder = /\{\{([a-z]+):([^{}]+)\}\}/g;

/**
 * Fills `{{seeded:hex:32:NAME}}` (also `alnum`, `digits`), `{{token:NAME}}`,
 * `{{supabase:KEY}}` and, in Supabase's own file, `{{jwt:ROLE}}`.
 */
export function fill(text, { seeded, supabase = {}, file }) {
  let filled = text.replace(placeholder, (whole, kind, rest) => {
    if (kind === 'seeded') {
      const [, shape, length, name] = /^(hex|alnum|digits):(\d+):(.+)$/.exec(rest) ?? [];
      if (shape) return seeded[shape](Number(length), name);
    }
    if (kind === 'token') return seeded.botToken(rest);
    if (kind === 'supabase' && rest in supabase) return supabase[rest];
    if (kind === 'jwt') return whole;
    throw new Refusal(`${file}: cannot fill "${whole}"`);
  });
  // Last, because a key is signed with a secret that the first pass has made.
  const secret = parseEnv(filled).JWT_SECRET;
  filled = filled.replace(/\{\{jwt:(\w+)\}\}/g, (_, role) => apiKey(role, secret));
  const left = /\{\{[a-z]+:.*?\}\}/.exec(filled);
  if (left) throw new Refusal(`${file}: "${left[0]}" was not filled`);
  return filled;
}

/** Enough for the files made here: KEY=value lines, whole-line comments, no quotes. */
export function parseEnv(text) {
  const lines = text.split(/\r?\n/).filter((line) => /^[A-Za-z_][A-Za-z0-9_]*=/.test(line));
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}
