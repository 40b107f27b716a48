import { expect, test } from '@jest/globals';
import { missingVariable } from '../../../src/plan/missing-variable.js';

test.each([
  ['missing environment variable: SUPABASE_URL', 'SUPABASE_URL'],
  ["KeyError: 'REDIS_URL'", 'REDIS_URL'],
  ['The "SUPABASE_KEY" variable is not set. Defaulting to a blank string.', 'SUPABASE_KEY'],
  ['{"level":"ERROR","message":"Missing required environment variable"}', '?'],
  ['required variable APP_ENV is missing a value', 'APP_ENV'],
  ['ValueError: ADMIN_API_KEY is required', 'ADMIN_API_KEY'],
  ['environment variable GROUP_BOT_TOKEN must be set', 'GROUP_BOT_TOKEN'],
])('a line that misses a variable names it: %s', (line, name) => {
  expect(missingVariable(line)).toBe(name);
});

test.each([
  'APP_ENV: staging',
  "KeyError: 'subject'",
  'authentication is required',
  'backend listens on 8000, project tutordex-staging, authentication true',
  'the cursor variable is set',
  'environment: staging',
  'HTTP_PROXY is used',
])('other lines do not count: %s', (line) => {
  expect(missingVariable(line)).toBeNull();
});

test('nothing but the name leaves the line', () => {
  expect(missingVariable('missing environment variable: DB_URL (got postgres://user:secret@host)')).toBe('DB_URL');
});
