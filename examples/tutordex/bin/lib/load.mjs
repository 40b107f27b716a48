import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from './args.mjs';
import { compose } from './docker.mjs';
import { redisCommands } from './dataset-redis.mjs';
import { sqlText } from './dataset-sql.mjs';
import { sqlFolder } from './layout.mjs';
import { getJson, waitFor } from './wait.mjs';

const snapshot = 'supabase_schema_full.sql';
const policies = 'supabase_rls_policies.sql';

/** Schema, migrations, policies and data in one transaction: all of it or nothing. */
export async function loadDatabase(dir, supabase, plan) {
  const psql = (role, ...args) => [
    'exec',
    '-T',
    'db',
    'psql',
    '-X',
    '-q',
    '-v',
    'ON_ERROR_STOP=1',
    '-h',
    'localhost',
    '-U',
    role,
    '-d',
    'postgres',
    ...args,
  ];
  const { stdout } = await compose(supabase, psql('postgres', '-At', '-c', "SELECT to_regclass('public.assignments')"));
  if (stdout.trim() === 'assignments') return;

  const folder = join(dir, sqlFolder);
  const files = await Promise.all((await filesToApply(folder)).map((file) => readFile(join(folder, file), 'utf8')));
  // Tables belong to postgres, as if typed into Supabase's SQL editor; only the
  // data needs the superuser, because it is loaded with triggers off.
  const input = ['BEGIN;\nSET ROLE postgres;\n', ...files, 'RESET ROLE;\n', ...sqlText(plan), 'COMMIT;\n'].join('');
  await compose(supabase, psql('supabase_admin', '-o', '/dev/null'), { input });
}

/** The snapshot, then what is newer than it, then the policies. */
async function filesToApply(folder) {
  const taken = /Snapshot taken (\d{4}-\d{2}-\d{2})/.exec(await readFile(join(folder, snapshot), 'utf8'))[1];
  const dated = (await readdir(folder)).filter((file) => /^\d{4}-\d{2}-\d{2}_.*\.sql$/.test(file)).sort();
  return [snapshot, ...dated.filter((file) => file.slice(0, 10) > taken), policies];
}

/** Objects go in by the front door, which also proves gateway, REST and storage at once. */
export async function loadObjects(keys, plan) {
  const base = `http://127.0.0.1:${keys.KONG_HTTP_PORT}`;
  const headers = { apikey: keys.SERVICE_ROLE_KEY };
  // PostgREST reads the schema anew after the load's commit.
  await waitFor('the gateway with the service key', 30, () => getJson(`${base}/rest/v1/assignments?select=id&limit=1`, headers));
  for (let index = 0; index < plan.objects; index += 1) {
    const url = `${base}/storage/v1/object/avatars/tutor-${index + 1}.bin`;
    const body = plan.seeded.bytes(2048, `object ${index}`);
    const response = await fetch(url, { method: 'PUT', headers, body });
    if (!response.ok) throw new Refusal(`${url}: ${response.status} ${await response.text()}`);
  }
}

/** Writing the same keys twice is harmless, so that a repeated deploy may do it. */
export async function loadRedis(tutordex, plan) {
  await waitFor('Redis', 30, async () => {
    const { stdout } = await compose(tutordex, ['exec', '-T', 'redis', 'redis-cli', 'ping']);
    return stdout.trim() === 'PONG' ? true : undefined;
  });
  const input = [...redisCommands(plan)].join('');
  const { stdout } = await compose(tutordex, ['exec', '-T', 'redis', 'redis-cli', '--pipe'], { input });
  if (!/errors: 0\b/.test(stdout)) throw new Refusal(`Redis refused a part of the data: ${stdout.trim()}`);
}
