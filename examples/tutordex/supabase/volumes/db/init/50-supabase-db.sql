-- The second database of the official stack. "Back up the database" misses it.
CREATE DATABASE _supabase OWNER supabase_admin;
\connect _supabase
CREATE SCHEMA _analytics AUTHORIZATION supabase_admin;
CREATE TABLE _analytics.log_events (
  id bigserial PRIMARY KEY,
  source text NOT NULL,
  body jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO _analytics.log_events (source, body)
VALUES ('postgres', '{"message": "cluster made"}');
