import { describe, expect, test } from '@jest/globals';
import { sqlName, sqlText } from '../../../src/invocations/psql.js';
import { schemaTransaction, transactionProblem } from '../../../src/invocations/schema-transaction.js';

const file = (name: string, text: string) => ({ name, text, sha256: 'd' });

describe('the schema transaction', () => {
  const files = [
    file('a.sql', 'CREATE TABLE a (id int);\n\nCREATE TABLE b (id int);\n'),
    file("dir/it's b.sql", 'CREATE TABLE c (\n  id nope\n);'),
  ];
  const { sql, locate } = schemaTransaction({ files, role: 'app', run: 'r', step: 's' });
  const lineOf = (text: string) => sql.split('\n').findIndex((line) => line.includes(text)) + 1;

  test('begins and commits once, so that input that breaks off leaves nothing', () => {
    expect(sql.match(/^BEGIN;$/gm)).toHaveLength(1);
    expect(sql.trimEnd().endsWith('COMMIT;')).toBe(true);
  });

  test('knows which line of which file a line is', () => {
    expect(locate(lineOf('CREATE TABLE b'), null)).toEqual({ file: 'a.sql', line: 3 });
  });

  test('goes from the end of a statement up to the line that Postgres points at', () => {
    expect(locate(lineOf('id nope') + 1, 'id nope')).toEqual({ file: "dir/it's b.sql", line: 2 });
  });

  test('has no place for lines of its own', () => {
    expect(locate(1, null)).toBeNull();
  });

  test('writes the ledger in the same transaction', () => {
    expect(sql).toContain("INSERT INTO stoppoint.ledger VALUES ('dir/it''s b.sql', 'd', 'r', 's', now());");
  });
});

describe('a file cannot be part of the transaction', () => {
  test.each([
    ['SELECT 1;\nCOMMIT;', 2],
    ['begin;', 1],
    ['SELECT 1; ROLLBACK ;', 1],
    ['START TRANSACTION;', 1],
    ['\n\\i other.sql', 2],
    ['\\! ls', 1],
    ['\\connect other', 1],
  ])('with %j', (text, line) => {
    expect(transactionProblem(text)?.line).toBe(line);
  });

  test.each([
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  COMMIT;\nEND;\n$$;',
    '-- COMMIT;\nSELECT 1;',
    "INSERT INTO t VALUES ('x; COMMIT;');",
    '/* begin; */ SELECT 1;',
    'SELECT CASE WHEN true THEN 1 END;',
    'COPY t FROM stdin;\ncommit;\n\\.\n',
    '\\restrict abc\nSELECT 1;\n\\unrestrict abc',
  ])('but it can with %j', (text) => {
    expect(transactionProblem(text)).toBeNull();
  });
});

test('texts and names cannot break out of their quotes', () => {
  expect(sqlText("it's")).toBe("'it''s'");
  expect(sqlText(String.raw`a\'b`)).toBe(String.raw` E'a\\''b'`);
  expect(sqlName('a"b')).toBe('"a""b"');
});
