# Shared by the scripts in bin/: where things are, and one way to say what happens.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=$root/.cache
shared_cache=${XDG_CACHE_HOME:-$HOME/.cache}/valuechain
export root cache shared_cache

say() { printf '%s\n' "$*"; }
step() { printf '%-9s %s\n' "$1" "$2"; }

# refuse REASON MEND: what is wrong and what helps, then exit 1.
refuse() {
  printf 'refused   %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf '          %s\n' "$2" >&2
  exit 1
}

# usage FILE: prints the comment that opens a script, then exits with the given status.
usage() {
  awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$1"
  exit "${2:-0}"
}

# The programs of PostgreSQL 15 that Debian keeps off the PATH.
postgres_programs=/usr/lib/postgresql/15/bin
export postgres_programs

# What the program finds beside the sources.
program=$root/.build/release/valuechain
export VALUECHAIN_ASSETS=$cache/assets
export VALUECHAIN_DEMO_DATA=$cache/data

# Changes when a source changes, appears or goes.
source_stamp() {
  (
    cd "$root" || exit
    # A file that is not there yet is no fault.
    find Sources Package.swift Package.resolved -type f -printf '%p %s %T@\n' 2>/dev/null || true
  ) | LC_ALL=C sort | sha256sum | cut -c1-32
}

# Builds the release unless nothing changed since the last build.
build() {
  local stamp=$root/.build/release.stamp now
  now=$(source_stamp)
  if [ -x "$program" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then
    return 0
  fi
  step builds "the release; the first time takes some minutes"
  (cd "$root" && swift build --configuration release --product valuechain) ||
    refuse "The build failed." "Its errors stand above."
  printf '%s\n' "$now" >"$stamp"
}
