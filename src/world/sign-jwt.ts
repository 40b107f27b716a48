import { createHmac } from 'node:crypto';

const FIVE_YEARS = 5 * 365 * 24 * 3600;

/** A key as Supabase makes them: HS256 with the secret's bytes, for one role, valid for five years from `now` (seconds). */
export function signRoleKey({ role, secret, now }: { readonly role: string; readonly secret: string; readonly now: number }): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ role, iss: 'supabase', iat: now, exp: now + FIVE_YEARS })}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}
