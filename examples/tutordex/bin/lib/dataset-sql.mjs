import { moment, pick, post, telegramId, vocabulary } from './dataset.mjs';

/**
 * The database's part as text for psql, to be run as supabase_admin in one
 * transaction. Triggers are off while it runs: the history's jobs are already
 * done, and must not be queued a second time.
 */
export function* sqlText(plan) {
  yield "SET session_replication_role = 'replica';\n";
  yield* copy('public.telegram_messages_raw', ['id', 'channel', 'message_id', 'body', 'received_at'], messages(plan));
  yield* copy('public.telegram_extractions', ['id', 'raw_id', 'status', 'claimed_by', 'claimed_at', 'finished_at'], extractions(plan));
  yield* copy(
    'public.assignments',
    ['id', 'assignment_code', 'subject', 'level', 'rate', 'location', 'freshness_tier', 'source', 'created_at'],
    assignments(plan),
  );
  yield* copy('public.users', ['id', 'telegram_id', 'name', 'created_at'], users(plan));
  yield* copy('public.user_preferences', ['user_id', 'subjects', 'quiet_hours'], preferences(plan));
  yield* copy('public.analytics_events', ['id', 'kind', 'payload', 'at'], events(plan));
  yield* copy('auth.users', ['id', 'email', 'role', 'created_at'], accounts(plan));
  yield "SET session_replication_role = 'origin';\n";
  for (const table of ['telegram_messages_raw', 'telegram_extractions', 'assignments', 'users', 'analytics_events']) {
    yield `SELECT setval(pg_get_serial_sequence('public.${table}', 'id'), (SELECT max(id) FROM public.${table}));\n`;
  }
  yield `SELECT vault.create_secret('${plan.seeded.hex(32, 'vault')}', 'webhook_signing_secret');\n`;
}

function* copy(table, columns, rows) {
  yield `COPY ${table} (${columns.join(', ')}) FROM stdin;\n`;
  for (const row of rows) yield `${row.map(field).join('\t')}\n`;
  yield '\\.\n';
}

function field(value) {
  if (value === null) return '\\N';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replace(/[\\\t\n\r]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c]);
}

function receivedAt(plan, index, lateMinutes = 0) {
  return moment(index / plan.messages, plan.seeded.integer(30, `post ${index}`) + lateMinutes);
}

function* messages(plan) {
  for (let index = 0; index < plan.messages; index += 1) {
    const { channel, number, text } = post(plan, index);
    yield [index + 1, channel, number, text, receivedAt(plan, index)];
  }
}

function* extractions(plan) {
  for (let index = 0; index < plan.messages; index += 1) {
    yield [index + 1, index + 1, 'done', 'worker-1', receivedAt(plan, index, 1), receivedAt(plan, index, 2)];
  }
}

/** The newest posts became assignments; how fresh each is follows from its age. */
function* assignments(plan) {
  const first = Math.max(0, plan.messages - plan.assignments);
  for (let index = 0; index < plan.assignments; index += 1) {
    const { code, subject, level, rate, location, channel } = post(plan, first + index);
    const tier = pick(['stale', 'aging', 'fresh'], Math.floor((3 * index) / plan.assignments));
    const at = receivedAt(plan, first + index, 2);
    yield [index + 1, code, subject, level, rate, location, tier, `telegram:${channel}`, at];
  }
}

function* users(plan) {
  for (let index = 0; index < plan.users; index += 1) {
    const at = moment(index / plan.users, plan.seeded.integer(60, `user ${index}`));
    yield [index + 1, telegramId(index), `Tutor ${index + 1}`, at];
  }
}

function* preferences(plan) {
  for (let index = 0; index < plan.users; index += 1) {
    const start = plan.seeded.integer(vocabulary.subjects.length, `subjects ${index}`);
    const subjects = [start, start + 3].map((n) => pick(vocabulary.subjects, n));
    yield [index + 1, subjects, index % 4 === 0 ? '22:00-07:00' : null];
  }
}

function* events(plan) {
  const kinds = ['assignment_viewed', 'assignment_applied', 'link_created', 'dm_sent'];
  for (let index = 0; index < plan.events; index += 1) {
    const user = plan.seeded.integer(plan.users, `event ${index}`);
    yield [index + 1, pick(kinds, user + index), { user_id: user + 1, n: index }, moment(index / plan.events, 0)];
  }
}

function* accounts(plan) {
  for (let index = 0; index < plan.accounts; index += 1) {
    const hex = plan.seeded.hex(32, `account ${index}`);
    const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    yield [id, `account-${index + 1}@localhost`, 'authenticated', moment(index / plan.accounts, 0)];
  }
}
