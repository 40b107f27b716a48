# shellcheck shell=bash
# Temporal: a server that the user names, or a program to start one with.

TEMPORAL_PACKAGE=github.com/temporalio/cli/cmd/temporal
TEMPORAL_TAG=v1.5.1
GO_NEEDED=1.25
TEMPORAL_CACHED="$STOPPOINT_CACHE/bin/temporal"

# ensure_temporal [--binary]: with --binary a named server does not do; tests kill the servers they use.
ensure_temporal() {
  local named found
  named=$(temporal_server_named)
  if [ -n "$named" ]; then
    part "temporal" "server given: $named"
    [ "${1:-}" = --binary ] || return 0
  fi
  if [ -n "${STOPPOINT_TEMPORAL_BIN:-}" ] && ! temporal_works "$STOPPOINT_TEMPORAL_BIN"; then
    fail 7 "STOPPOINT_TEMPORAL_BIN names '$STOPPOINT_TEMPORAL_BIN', which does not run; correct or unset it"
  fi
  found=$(temporal_binary) || {
    build_temporal
    return
  }
  part "temporal" "present ($(temporal_version "$found"), $found)"
}

# temporal_binary: the program to start a server with, or false.
temporal_binary() {
  local candidate
  for candidate in "${STOPPOINT_TEMPORAL_BIN:-}" "$(command -v temporal || true)" "$TEMPORAL_CACHED"; do
    if [ -n "$candidate" ] && temporal_works "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

temporal_works() {
  [ -x "$1" ] && "$1" --version >/dev/null 2>&1
}

temporal_version() {
  "$1" --version | sed -n 's/.*Server \([^,)]*\).*/server \1/p'
}

# The address from Temporal's own environment configuration; the variable beats the profile, as in its SDKs.
temporal_server_named() {
  local file profile
  if [ -n "${TEMPORAL_ADDRESS:-}" ]; then
    printf 'TEMPORAL_ADDRESS=%s' "$TEMPORAL_ADDRESS"
    return
  fi
  file=${TEMPORAL_CONFIG_FILE:-${XDG_CONFIG_HOME:-$HOME/.config}/temporalio/temporal.toml}
  profile=${TEMPORAL_PROFILE:-default}
  [ -f "$file" ] || return 0
  awk -v wanted="[profile.$profile]" -v profile="$profile" '
    { line = $0; sub(/[ \t]*(#.*)?$/, "", line); gsub(/["\047]/, "", line) }
    line ~ /^[ \t]*\[/ { gsub(/[ \t]/, "", line); inside = (line == wanted); next }
    inside && line ~ /^[ \t]*address[ \t]*=/ { sub(/^[^=]*=[ \t]*/, "", line); print "profile " profile ", " line; exit }
  ' "$file"
}

build_temporal() {
  local dir="$STOPPOINT_CACHE/bin"
  go_is_new_enough || temporal_missing
  part_begin "temporal" "go install $TEMPORAL_PACKAGE@$TEMPORAL_TAG (about 4 minutes the first time)"
  mkdir -p "$dir/part"
  # Into a folder of its own first: a half written program must never look like a cached one.
  quietly env GOBIN="$dir/part" GOFLAGS= go install "$TEMPORAL_PACKAGE@$TEMPORAL_TAG" || temporal_missing
  mv "$dir/part/temporal" "$TEMPORAL_CACHED"
  rmdir "$dir/part"
  part_done "temporal" "built ($(temporal_version "$TEMPORAL_CACHED"))"
}

# From 1.21 on Go fetches the newer toolchain that a module asks for, unless told not to.
go_is_new_enough() {
  local have
  command -v go >/dev/null || return 1
  have=$(go env GOVERSION | sed 's/^go//; s/[^0-9.].*//')
  version_at_least "$have" "$GO_NEEDED" && return
  version_at_least "$have" 1.21 && [ "$(go env GOTOOLCHAIN)" != local ]
}

temporal_missing() {
  fail 7 "there is no Temporal server to use and no 'temporal' program to start one" \
    "do one of these, then run scripts/setup again:" \
    "  export TEMPORAL_ADDRESS=HOST:PORT                    # a server that runs already" \
    "  export STOPPOINT_TEMPORAL_BIN=/path/to/temporal      # a program that you have" \
    "  GOBIN=$STOPPOINT_CACHE/bin go install $TEMPORAL_PACKAGE@$TEMPORAL_TAG   # with Go $GO_NEEDED or newer"
}
