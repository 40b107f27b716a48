/** Where a throw-away server keeps its files; nobody but `docker exec` reaches it. */
export const REDIS_HOME = '/scratch';
const SOCKET = `${REDIS_HOME}/redis.sock`;

/** Settings as the text of a configuration file: a password may be in it, so it never becomes an argument. */
export function scratchRedisSettings(master?: { readonly port: number; readonly password: string | null }): string {
  const lines = [
    'port 0',
    `unixsocket ${SOCKET}`,
    `dir ${REDIS_HOME}`,
    'dbfilename dump.rdb',
    'save ""',
    'appendonly no',
    ...(master ? [`replicaof 127.0.0.1 ${master.port}`] : []),
    ...(master?.password ? [`masterauth ${quoted(master.password)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `"${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
}

/** Starts a server with the settings from standard input, and returns at once. */
export const START_REDIS: readonly string[] = [
  'sh',
  '-c',
  `umask 077 && mkdir -p ${REDIS_HOME} && cd ${REDIS_HOME} && cat >redis.conf || exit 2
{ redis-server redis.conf >log 2>&1; echo $? >ended; } </dev/null >/dev/null 2>&1 &`,
];

/** Exit code 0: it answers; 1: not yet; 3: it has ended (its log is printed). */
export const ASK_REDIS: readonly string[] = [
  'sh',
  '-c',
  `cd ${REDIS_HOME} && redis-cli -s redis.sock ping 2>/dev/null | grep -qx PONG && exit 0
[ -e ended ] || exit 1
cat log; exit 3`,
];

export const PUT_DUMP: readonly string[] = ['sh', '-c', `umask 077 && mkdir -p ${REDIS_HOME} && cat >${REDIS_HOME}/dump.rdb`];
export const GET_DUMP: readonly string[] = ['cat', `${REDIS_HOME}/dump.rdb`];

/** A command for the throw-away server; errors end redis-cli with exit code 1. */
export function redisCommand(...words: readonly string[]): readonly string[] {
  return ['redis-cli', '-e', '--raw', '-s', SOCKET, ...words];
}

/** A command for the original, from inside its own network. Its password comes by REDISCLI_AUTH. */
export function originalCommand(port: number, ...words: readonly string[]): readonly string[] {
  return ['redis-cli', '-e', '--raw', '-h', '127.0.0.1', '-p', String(port), ...words];
}

/** `name:value` lines. */
export function readInfo(text: string): { readonly [name: string]: string } {
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf(':');
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
  });
  return Object.fromEntries(pairs);
}

/** Databases that hold keys, with their number of keys, from `INFO keyspace`. */
export function readKeyspace(text: string): ReadonlyMap<number, number> {
  const found = [...text.matchAll(/^db(\d+):keys=(\d+)/gm)];
  return new Map(found.map(([, database, keys]) => [Number(database), Number(keys)]));
}

/**
 * One page of keys: first line the next cursor, then `type expiry digest key` (expiry in ms since the epoch, -1 for
 * none; the key as hex). Values are put in order first: DUMP would tell two equal hash tables apart.
 */
export function digestKeysCommand(database: number, cursor: string): readonly string[] {
  return [...redisCommand('-n', String(database), 'EVAL', DIGEST_KEYS, '0', cursor)];
}

const DIGEST_KEYS = `
local cursor, out = ARGV[1], {''}
local function hex(text) return (text:gsub('.', function(c) return string.format('%02x', c:byte()) end)) end
local function each(list)
  for i = 1, #list do list[i] = #list[i] .. ':' .. list[i] end
  return list
end
local function fields(list)
  local pairs = {}
  each(list)
  for i = 1, #list, 2 do pairs[#pairs + 1] = list[i] .. list[i + 1] end
  table.sort(pairs)
  return pairs
end
local function members(list)
  table.sort(list)
  return each(list)
end
local function content(kind, key)
  if kind == 'string' then return redis.call('GET', key) end
  if kind == 'list' then return table.concat(each(redis.call('LRANGE', key, 0, -1))) end
  if kind == 'set' then return table.concat(members(redis.call('SMEMBERS', key))) end
  if kind == 'zset' then return table.concat(each(redis.call('ZRANGE', key, 0, -1, 'WITHSCORES'))) end
  if kind == 'hash' then return table.concat(fields(redis.call('HGETALL', key))) end
  return redis.call('DUMP', key)
end
repeat
  local page = redis.call('SCAN', cursor, 'COUNT', 5000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    local kind = redis.call('TYPE', key).ok
    if kind ~= 'none' then
      local expiry = string.format('%.0f', redis.call('PEXPIRETIME', key))
      out[#out + 1] = table.concat({kind, expiry, redis.sha1hex(content(kind, key)), hex(key)}, ' ')
    end
  end
until cursor == '0' or #out > 50000
out[1] = cursor
return out`;
