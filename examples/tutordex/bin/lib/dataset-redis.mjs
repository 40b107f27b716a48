import { linkCode, moment, pick, telegramId, vocabulary } from './dataset.mjs';

const day = 86_400;

/** Redis' part in its own protocol, for `redis-cli --pipe`. */
export function* redisCommands(plan) {
  for (let index = 0; index < plan.tutors; index += 1) yield* tutor(plan, index);
  for (let index = 0; index < plan.links; index += 1) {
    const key = `tutordex:link:${linkCode(index)}`;
    yield command('SET', key, telegramId(index), 'EX', 7 * day);
  }
}

function* tutor(plan, index) {
  const id = telegramId(index);
  const draw = (below, name) => plan.seeded.integer(below, `tutor ${index} ${name}`);
  const start = draw(vocabulary.subjects.length, 'subject');
  yield command(
    'HSET',
    `tutordex:tutor:${id}`,
    'telegram_id',
    id,
    'name',
    `Tutor ${index + 1}`,
    'subjects',
    JSON.stringify([start, start + 3].map((n) => pick(vocabulary.subjects, n))),
    'levels',
    JSON.stringify([pick(vocabulary.levels, draw(vocabulary.levels.length, 'level'))]),
    'lowest_rate',
    vocabulary.lowest_rate + 5 * draw(vocabulary.rate_steps, 'rate'),
    'updated_at',
    Date.parse(moment(index / plan.tutors, 0)) / 1000,
    ...(index < plan.users ? ['user_id', index + 1] : []),
  );
  // A part of the profiles lapses, so that a lost time to live can be noticed.
  if (index % 5 === 0) yield command('EXPIRE', `tutordex:tutor:${id}`, (10 + draw(20, 'days')) * day);
}

function command(...words) {
  const parts = words.map(String).map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${parts.length}\r\n${parts.join('')}`;
}
