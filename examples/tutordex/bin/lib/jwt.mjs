import { createHmac } from 'node:crypto';

// Fixed, so that the same seed gives the same key on any day.
const issuedAt = Date.UTC(2026, 0, 1) / 1000;
const tenYears = 10 * 365 * 24 * 3600;

/** One of Supabase's two API keys, signed with the stack's JWT_SECRET. */
export function apiKey(role, secret) {
  const head = encode({ alg: 'HS256', typ: 'JWT' });
  const payload = encode({ role, iss: 'supabase', iat: issuedAt, exp: issuedAt + tenYears });
  const signature = createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url');
  return `${head}.${payload}.${signature}`;
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
