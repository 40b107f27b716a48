#!/bin/sh
# Starts Postgres; on an empty data directory first makes the cluster, its roles
# and schemas. Begins as root, as the official image does, because bind mounts
# and fresh volumes belong to root; the server itself runs as `postgres`.
set -eu

PATH="$PATH:/usr/lib/postgresql/15/bin"
export PATH
run_as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }

init_dir=/etc/stand-in/init
new="$PGDATA/new"
private_socket=/tmp/init-socket
key=/etc/postgresql-custom/pgsodium_root.key

mkdir -p "$PGDATA" /var/run/postgresql
chown postgres:postgres "$PGDATA" /var/run/postgresql /etc/postgresql-custom
chmod 0700 "$PGDATA"

# Made once and kept: whoever loses this file loses the vault.
if [ ! -s "$key" ]; then
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > "$key.new"
  chown postgres:postgres "$key.new"
  chmod 0600 "$key.new"
  mv "$key.new" "$key"
fi

# The cluster is made in a folder of its own and its PG_VERSION is moved last.
# Without that file there was never a server, hence nothing worth keeping: a first
# start that was killed half-way begins anew.
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  echo "entrypoint: making a new cluster"
  find "$PGDATA" -mindepth 1 -delete
  run_as_postgres initdb -D "$new" -U supabase_admin \
    --encoding=UTF8 --locale=C.UTF-8 --auth=trust --no-sync >/dev/null

  # Private socket, no TCP: neither the health check nor a client sees the
  # cluster before its roles exist.
  mkdir -p "$private_socket"
  chown postgres:postgres "$private_socket"
  run_as_postgres pg_ctl -D "$new" -w -s -l /tmp/init.log \
    -o "-c listen_addresses='' -c unix_socket_directories=$private_socket" start
  for file in "$init_dir"/*.sql; do
    run_as_postgres psql -h "$private_socket" -U supabase_admin -d postgres \
      -X -q -v ON_ERROR_STOP=1 -f "$file"
  done
  run_as_postgres pg_ctl -D "$new" -w -s -m fast stop

  find "$new" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv -t "$PGDATA" {} +
  sync -f "$PGDATA"
  mv "$new/PG_VERSION" "$PGDATA"
  rmdir "$new"
  echo "entrypoint: new cluster is ready"
fi

exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
