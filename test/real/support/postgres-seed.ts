export const TWICE = `CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  -- doubles
  RETURN n * 2;
END $$`;

/** One of each thing that a restore may lose: 1011 rows, 3 roles, 2 databases. */
export const SEED = `
CREATE ROLE reader LOGIN PASSWORD 'r' ; CREATE ROLE writer; GRANT writer TO reader;
ALTER ROLE reader SET statement_timeout = '3s';
CREATE DATABASE "odd name/ü" OWNER writer;
ALTER DATABASE postgres SET "app.word" = 'secret row of settings';
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE people (id bigserial PRIMARY KEY, name text, mood mood, t text DEFAULT 'shadows the row');
INSERT INTO people (name, mood) SELECT 'secret row ' || n, 'happy' FROM generate_series(1, 1000) n;
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON people USING (name <> 'x');
GRANT SELECT ON people TO reader;
CREATE TABLE prices (p numeric); INSERT INTO prices VALUES (1.50); ALTER TABLE prices OWNER TO writer;
CREATE TABLE parts (k int, j json) PARTITION BY LIST (k);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1); INSERT INTO parts VALUES (1, '{"b":1, "a":2}');
CREATE TABLE kinds (c regclass, i interval, f float8, x xml);
INSERT INTO kinds VALUES ('people', '1 mon', 0.1, '<a/>'), ('prices', '30 days', '-0', NULL);
CREATE TABLE none (id int);
CREATE TABLE moods (m mood); INSERT INTO moods VALUES ('happy');
CREATE TABLE dropped (gone int, kept text); INSERT INTO dropped VALUES (1, 'a'); ALTER TABLE dropped DROP COLUMN gone;
CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM people;
CREATE SEQUENCE counter INCREMENT 5; SELECT nextval('counter'), nextval('counter');
SELECT lo_from_bytea(4242, '\\x0102');
${TWICE};
CREATE TABLE more (a uuid[], b timestamptz, c bytea);
INSERT INTO more VALUES ('{00000000-0000-0000-0000-000000000001}', '2024-01-01', '\\x00'), (NULL, NULL, NULL), (NULL, NULL, NULL);
`;
