import { expect, test } from '@jest/globals';
import { readInfo, readKeyspace, scratchRedisSettings } from '../../../src/invocations/redis.js';

test('a throw-away server listens on no port and keeps no append-only file', () => {
  expect(scratchRedisSettings()).toBe(
    'port 0\nunixsocket /scratch/redis.sock\ndir /scratch\ndbfilename dump.rdb\nsave ""\nappendonly no\n',
  );
});

test('a password of any bytes is one quoted word of the settings', () => {
  const settings = scratchRedisSettings({ port: 6380, password: 'a" #é' });
  expect(settings).toContain('replicaof 127.0.0.1 6380\nmasterauth "\\x61\\x22\\x20\\x23\\xc3\\xa9"\n');
});

test('INFO is read as pairs and as keys per database', () => {
  expect(readInfo('# Replication\r\nrole:slave\r\nmaster_host:a:b\r\n')).toEqual({ role: 'slave', master_host: 'a:b' });
  expect(readKeyspace('# Keyspace\r\ndb0:keys=12,expires=1,avg_ttl=0\r\ndb3:keys=1,expires=0\r\n')).toEqual(
    new Map([
      [0, 12],
      [3, 1],
    ]),
  );
});
