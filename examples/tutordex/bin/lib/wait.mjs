import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from './args.mjs';

/** Asks again until `probe` gives a value; at the deadline says what was seen last. */
export async function waitFor(what, seconds, probe) {
  const deadline = Date.now() + seconds * 1000;
  let last = 'nothing';
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined) return found;
      last = 'not yet';
    } catch (error) {
      last = error.cause?.message ?? error.message;
    }
    if (Date.now() > deadline) throw new Refusal(`${what}: not within ${seconds} s (last: ${last})`);
    await pause(150);
  }
}

export async function getJson(url, headers = {}) {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 200)}`);
  return JSON.parse(text);
}
