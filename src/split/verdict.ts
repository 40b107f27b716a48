import type { CheckResult } from '../plan/checks.js';

/** `bad` names what breaks the limit; nothing looked at is no proof. */
export function verdict(id: string, limit: string, bad: readonly string[], looked = 1): CheckResult {
  if (looked === 0) return { id, verdict: 'cannot tell', limit, live: 'there was nothing to look at' };
  if (bad.length === 0) return { id, verdict: 'pass', limit };
  return { id, verdict: 'fail', limit, live: [...new Set(bad)].slice(0, 8).join(', ').slice(0, 400) };
}
