#!/usr/bin/env bash
# A PostgreSQL 15 of our own for tests and measurements: unprivileged, on a socket in its folder, never on a port.
#
#   postgres.sh start DIR              makes and starts it; prints its address
#   postgres.sh restart DIR [MODE]     fast (default) or immediate, which is a crash
#   postgres.sh stop DIR               stops it and removes the folder
#
# DIR is a folder that any user can reach, such as mktemp -d gives. Nothing in it outlives a power cut (fsync is off).
# The role valuechain is no superuser but may create databases.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# PostgreSQL refuses to run as root; then it runs as the user its package made.
as_server() {
  local -a become=()
  if [ "$(id -u)" -eq 0 ]; then
    become=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  fi
  local -a clean=(HOME="$folder" PATH="$postgres_programs:/usr/bin:/bin" LC_ALL=C.UTF-8)
  (cd "$folder" && env --ignore-environment "${clean[@]}" "${become[@]}" "$@")
}

start() {
  [ -x "$postgres_programs/initdb" ] || refuse "PostgreSQL 15 is not installed." "Run: bin/setup --with-tests"
  mkdir -p "$folder"
  [ "$(id -u)" -ne 0 ] || chown postgres:postgres "$folder"
  chmod 755 "$folder"
  as_server initdb --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync \
    >"$folder/make.log" 2>&1 || { cat "$folder/make.log" >&2; refuse "PostgreSQL could not be made."; }
  as_server tee --append data/postgresql.conf >/dev/null <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$folder'
unix_socket_permissions = 0777
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
shared_buffers = 128MB
max_wal_size = 4GB
log_min_messages = fatal
SETTINGS
  as_server pg_ctl --pgdata=data --log=server.log --wait --silent start >/dev/null ||
    { cat "$folder/server.log" >&2; refuse "PostgreSQL did not start."; }
  as_server psql --host="$folder" --username=postgres --quiet --no-psqlrc --dbname=postgres \
    --command="CREATE ROLE valuechain LOGIN CREATEDB" --command="CREATE DATABASE valuechain OWNER valuechain"
  printf 'postgres://valuechain@/valuechain?host=%s\n' "$folder"
}

stop() {
  if [ -f "$folder/data/postmaster.pid" ]; then
    as_server pg_ctl --pgdata=data --mode=immediate --wait --silent stop >/dev/null || true
  fi
  rm -rf "$folder"
}

restart() {
  as_server pg_ctl --pgdata=data --log=server.log --mode="${1:-fast}" --wait --silent restart >/dev/null
}

verb=${1:-} folder=${2:-}
case $verb in
  start | stop | restart)
    [ -n "$folder" ] || usage "$0" 2 >&2
    shift 2
    "$verb" "$@"
    ;;
  *) usage "$0" 2 >&2 ;;
esac
