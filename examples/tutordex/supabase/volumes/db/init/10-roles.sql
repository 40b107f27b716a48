-- The roles of Supabase. supabase_admin is the bootstrap superuser (initdb -U);
-- `postgres` looks like the owner of everything and is not: a dump made as
-- `postgres` fails on the schemas below that it may not read.
\set pgpass `echo "$POSTGRES_PASSWORD"`

ALTER ROLE supabase_admin PASSWORD :'pgpass';

CREATE ROLE postgres NOSUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS LOGIN PASSWORD :'pgpass';
CREATE ROLE anon NOLOGIN NOINHERIT;
CREATE ROLE authenticated NOLOGIN NOINHERIT;
CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
CREATE ROLE authenticator NOINHERIT LOGIN PASSWORD :'pgpass';
CREATE ROLE supabase_auth_admin NOINHERIT CREATEROLE LOGIN PASSWORD :'pgpass';
CREATE ROLE supabase_storage_admin NOINHERIT CREATEROLE LOGIN PASSWORD :'pgpass';
CREATE ROLE dashboard_user NOLOGIN CREATEDB CREATEROLE REPLICATION;

GRANT anon, authenticated, service_role TO authenticator;
GRANT anon, authenticated, service_role TO postgres;

-- Role settings live outside every database; a per-database dump loses them.
ALTER ROLE anon SET statement_timeout = '3s';
ALTER ROLE authenticated SET statement_timeout = '8s';
ALTER ROLE authenticator SET lock_timeout = '8s';
ALTER ROLE supabase_auth_admin SET search_path = 'auth';
ALTER ROLE supabase_storage_admin SET search_path = 'storage';

ALTER DATABASE postgres OWNER TO postgres;
