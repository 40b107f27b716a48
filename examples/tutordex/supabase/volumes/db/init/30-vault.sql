-- A small stand-in for Supabase's vault: secrets are encrypted with the key file
-- in the db-config volume, so data without that volume cannot be read.
CREATE SCHEMA vault AUTHORIZATION supabase_admin;
CREATE TABLE vault.secrets (
  id bigserial PRIMARY KEY,
  name text UNIQUE NOT NULL,
  secret bytea NOT NULL
);

CREATE FUNCTION vault.root_key() RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  SELECT pg_read_file('/etc/postgresql-custom/pgsodium_root.key')
$$;
CREATE FUNCTION vault.create_secret(secret text, name text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  INSERT INTO vault.secrets (name, secret)
  VALUES ($2, extensions.pgp_sym_encrypt($1, vault.root_key())) RETURNING id
$$;
CREATE VIEW vault.decrypted_secrets AS
  SELECT id, name, extensions.pgp_sym_decrypt(secret, vault.root_key()) AS decrypted_secret
  FROM vault.secrets;

REVOKE ALL ON FUNCTION vault.root_key(), vault.create_secret(text, text) FROM PUBLIC;
