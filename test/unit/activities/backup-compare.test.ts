import { describe, expect, test } from '@jest/globals';
import { backupChecks } from '../../../src/activities/backup-evidence.js';
import { differencesOf, differentEntries, differentGlobals } from '../../../src/activities/backup-postgres-compare.js';
import type { DatabaseReading, Position } from '../../../src/activities/backup-postgres-reading.js';
import { compareDigests } from '../../../src/activities/backup-redis-compare.js';

describe('checks of a backup', () => {
  const proof = { refused: null, differences: [], compared: 3, original: 3, unit: 'rows' };
  const verdicts = (more: object) => backupChecks({ ...proof, ...more }).map(({ verdict }) => verdict);

  test('pass when something was compared and nothing differs', () => expect(verdicts({})).toEqual(['pass', 'pass', 'pass']));
  test('are red for one difference', () => expect(verdicts({ differences: ['a'] })).toEqual(['pass', 'fail', 'pass']));
  test('are red when nothing was compared although there was something', () =>
    expect(verdicts({ compared: 0 })).toEqual(['pass', 'pass', 'fail']));
  test('are red when the restore was refused, even of an empty original', () =>
    expect(verdicts({ refused: 'no', compared: 0, original: 0 })).toEqual(['fail', 'fail', 'fail']));
  test('say so when the original is empty', () => {
    expect(backupChecks({ ...proof, compared: 0, original: 0 }).map(({ live }) => live)).toEqual([
      undefined,
      'empty: there was nothing to compare',
      'empty: the original itself has no rows',
    ]);
  });
  test('name five differences and count the rest', () => {
    const [, equal] = backupChecks({ ...proof, differences: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] });
    expect(equal?.live).toBe('a; b; c; d; e; and 2 more');
  });
});

describe('a restored database', () => {
  const position = (last: string, called = true, increment = '1'): Position => ({ name: 's', last, called, increment });
  const reading = (before: Position, after: Position): DatabaseReading => ({
    name: 'd',
    tables: [{ name: 't', filter: '', how: 'hash', rows: 2, digest: '7' }],
    sequences: [before],
    after: [after],
    counts: { policies: 0, grants: 0, functions: 0, triggers: 0, extensions: 0 },
  });
  const moving = reading(position('5'), position('9'));

  test.each(['5', '7', '9'])('may have a moving sequence at %s, between the two looks', (last) => {
    expect(differencesOf(moving, { ...moving, sequences: [position(last)] })).toEqual([]);
  });
  test.each(['4', '10'])('may not have it at %s', (last) => {
    expect(differencesOf(moving, { ...moving, sequences: [position(last)] })).toEqual(['d: sequence s stands elsewhere']);
  });
  test('a sequence that counts down, and one beyond what numbers hold exactly', () => {
    const down = reading(position('-5', true, '-1'), position('-7', true, '-1'));
    expect(differencesOf(down, { ...down, sequences: [position('-6', true, '-1')] })).toEqual([]);
    expect(differencesOf(down, { ...down, sequences: [position('-4', true, '-1')] })).toHaveLength(1);
    const large = reading(position('9007199254740993'), position('9007199254740993'));
    expect(differencesOf(large, { ...large, sequences: [position('9007199254740992')] })).toHaveLength(1);
  });
  test('a sequence whose next value was not handed out yet', () => {
    const fresh = reading(position('1', false), position('1', false));
    expect(differencesOf(fresh, { ...fresh, sequences: [position('1', true)] })).toHaveLength(1);
  });
  test('must have every table with its rows and digest', () => {
    const [table] = moving.tables;
    if (!table) throw new Error('no table');
    const tables = (change: object) => differencesOf(moving, { ...moving, tables: [{ ...table, ...change }] });
    expect(tables({ digest: '8' })).toEqual(['d: table t has other content']);
    expect(tables({ rows: 1 })).toEqual(['d: table t has 1 of 2 rows']);
    expect(tables({ name: 'u' })).toEqual(['d: table t is missing', 'd: table u is new']);
  });
});

describe('texts of pg_dump', () => {
  const entry = (name: string, type: string, owner: string, body: string) =>
    `--\n-- Name: ${name}; Type: ${type}; Schema: public; Owner: ${owner}\n--\n\n${body}\n\n`;

  test('order of entries and grants, random words and versions do not matter', () => {
    const a = `\\restrict abc\n${entry('t', 'TABLE', 'o', 'CREATE TABLE t;')}SET default_tablespace = '';\n\n${entry('TABLE t', 'ACL', 'o', 'GRANT A;\nGRANT B;')}`;
    const b = `\\restrict xyz\n${entry('TABLE t', 'ACL', 'o', 'GRANT B;\nGRANT A;')}${entry('t', 'TABLE', 'o', 'CREATE TABLE t;')}--\n-- PostgreSQL database dump complete\n--\n`;
    expect(differentEntries(a, b)).toEqual([]);
  });
  test.each([
    ['an owner', entry('f()', 'FUNCTION', 'other', 'x;\ny;')],
    ['the order of lines in a body', entry('f()', 'FUNCTION', 'o', 'y;\nx;')],
    ['a comment in a body', entry('f()', 'FUNCTION', 'o', 'x;\n-- hm\ny;')],
    ['a lost entry', ''],
  ])('%s does', (_, other) => {
    expect(differentEntries(entry('f()', 'FUNCTION', 'o', 'x;\ny;'), other)).toEqual(['FUNCTION public.f()']);
  });
  test('roles are compared line by line, without comments', () => {
    expect(differentGlobals('-- 15.1\nA;\nB;\n', '-- 15.2\nB;\nA;\n')).toBe(0);
    expect(differentGlobals('A;\nB;\n', 'A;\nC;\n')).toBe(2);
  });
});

describe('keys of Redis', () => {
  const copy = new Map([['0 61', 'string 1000 aa']]);

  test('a key may be missing only after its own expiry', () => {
    expect(compareDigests(copy, new Map(), 1000)).toEqual({ differences: [], compared: 0, expiredMeanwhile: 1 });
    expect(compareDigests(copy, new Map(), 999).differences).toEqual(['key 0 61 is missing']);
    expect(compareDigests(new Map([['0 61', 'string -1 aa']]), new Map(), 1e15).differences).toEqual(['key 0 61 is missing']);
  });
  test.each([
    ['string 1001 aa', 'time to live'],
    ['string -1 aa', 'time to live'],
    ['list 1000 aa', 'type'],
    ['string 1000 ab', 'value'],
  ])('%s is seen', (digest, aspect) => {
    expect(compareDigests(copy, new Map([['0 61', digest]]), 0).differences).toEqual([`key 0 61 has another ${aspect}`]);
  });
  test('a key of another database is another key', () => {
    expect(compareDigests(copy, new Map([['1 61', 'string 1000 aa']]), 0).differences).toHaveLength(2);
  });
});
