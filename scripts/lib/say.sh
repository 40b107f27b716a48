# shellcheck shell=bash disable=SC2034
# One line per part on stdout; what the tools themselves print goes to a log,
# and comes back to the screen only when something fails.

STOPPOINT_STATE="${XDG_STATE_HOME:-$HOME/.local/state}/stoppoint"
STOPPOINT_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/stoppoint"
SETUP_LOG="$STOPPOINT_STATE/setup.log"
PART_STARTED=$SECONDS

# part NAME TEXT: the part's closing line.
part() {
  printf '%-16s %s\n' "$1" "$2"
}

# part_begin NAME TEXT: said before anything slow, so that nobody watches a silent screen.
part_begin() {
  PART_STARTED=$SECONDS
  printf '%-16s %s ...\n' "$1" "$2"
}

# part_done NAME TEXT: the closing line with the time since part_begin.
part_done() {
  part "$1" "$2 in $((SECONDS - PART_STARTED)) s"
}

# fail CODE LINE...: exit codes are those of the stoppoint command (1 failed, 2 usage, 7 unreachable).
fail() {
  local code=$1
  shift
  printf '%s\n' "$@" >&2
  exit "$code"
}

# quietly COMMAND...: into the log; on failure its first and last lines are shown (npm puts the cause
# first, apt and go put it last).
quietly() {
  local before status=0
  mkdir -p "$STOPPOINT_STATE"
  touch "$SETUP_LOG"
  before=$(wc -l <"$SETUP_LOG")
  printf '$ %s\n' "$*" >>"$SETUP_LOG"
  "$@" >>"$SETUP_LOG" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    printf "'%s' ended with %s; all of it is in '%s':\n" "$*" "$status" "$SETUP_LOG" >&2
    tail -n "+$((before + 2))" "$SETUP_LOG" | shorten | sed 's/^/  /' >&2
  fi
  return "$status"
}

shorten() {
  awk '{ line[NR] = $0 } END { for (i = 1; i <= NR; i++) if (i <= 8 || i > NR - 12) print line[i]; else if (i == 9) print "[...]" }'
}

# wait_until SECONDS COMMAND...: true as soon as the command is, false at the deadline.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# version_at_least HAVE WANT
version_at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}
