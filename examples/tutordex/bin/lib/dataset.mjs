import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { templates } from './layout.mjs';
import { Seeded } from './seeded.mjs';

/** The world's own words, so that old posts and live ones read alike. */
const words = JSON.parse(readFileSync(join(templates, 'world', 'server', 'vocabulary.json'), 'utf8'));

export const defaultChannels = ['-1001700000001', '-1001700000002'];
export const vocabulary = words;

// History ends here; the live posts' ids begin far above the ones made here.
const lastDay = Date.UTC(2026, 0, 18);
const historyDays = 30;

/** How much of everything, and a source of values that depends on the seed alone. */
export function describe({ seed, size, channels }) {
  const scaled = (amount) => Math.max(1, Math.round(amount * size));
  return {
    seeded: new Seeded(`data ${seed}`),
    channels,
    assignments: scaled(200),
    messages: scaled(500),
    users: scaled(50),
    events: scaled(300),
    tutors: scaled(150),
    links: scaled(50),
    accounts: scaled(10),
    objects: scaled(5),
  };
}

/** Post number `index` of the whole history, as the world would have worded it. */
export function post(plan, index) {
  const channel = plan.channels[index % plan.channels.length];
  const number = Math.floor(index / plan.channels.length) + 1;
  const digest = createHash('sha256').update(`${channel}:${number}`).digest();
  const found = {
    channel,
    number,
    code: `TG${channel.replace(/^[-@]+/, '')}-${number}`,
    subject: pick(words.subjects, digest[0]),
    level: pick(words.levels, digest[1]),
    location: pick(words.locations, digest[2]),
    rate: words.lowest_rate + 5 * (digest[3] % words.rate_steps),
  };
  const text = `[${found.code}] ${found.level} ${found.subject} | ${found.location} | $${found.rate}/hr`;
  return { ...found, text };
}

/** A moment in the month before the last day, later for higher shares (0 to 1). */
export function moment(share, jitterMinutes) {
  const at = lastDay - historyDays * 86_400_000 * (1 - share) + jitterMinutes * 60_000;
  return new Date(Math.floor(at / 1000) * 1000).toISOString();
}

export function pick(list, number) {
  return list[number % list.length];
}

/** Telegram ids of the sample's people; the world's link requests use the same ones. */
export const telegramId = (index) => 700_000_001 + index;
export const linkCode = (index) => createHash('sha256').update(`link:${index}`).digest('hex').slice(0, 8);
