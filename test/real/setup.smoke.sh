#!/usr/bin/env bash
# What scripts/setup and scripts/lib/private-daemon promise, on the real Docker. Needs root.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
private_daemon="$root/scripts/lib/private-daemon"
export STOPPOINT_ROOT=$root
# shellcheck source-path=SCRIPTDIR source=../../scripts/lib/say.sh
. "$root/scripts/lib/say.sh"
passed=0
failed=0

check() {
  if "${@:2}"; then
    passed=$((passed + 1))
    echo "ok    $1"
  else
    failed=$((failed + 1))
    echo "FAIL  $1"
  fi
}

run() { "$private_daemon" run --id "$1-$$" -- "${@:2}" 2>/dev/null; }
exit_code_of() { local status=0; "$@" || status=$?; printf '%s' "$status"; }
nothing_is_left() {
  [ ! -e "${TMPDIR:-/tmp}/sp-$1-$$" ] && [ ! -e "/run/netns/sp-$1-$$" ] \
    && [ -z "$(find /sys/fs/cgroup -maxdepth 2 -name "sp-$1-$$" 2>/dev/null)" ] && ! grep -q "/sp-$1-$$/" /proc/mounts
}

the_exit_code_is_the_commands() { [ "$(exit_code_of run code sh -c 'exit 5')" = 5 ] && nothing_is_left code; }
the_folder_is_kept() { [ "$(cd "$root/examples" && run folder pwd)" = "$root/examples" ]; }
the_image_has_one_id() {
  local id='docker image inspect --format {{.Id}} stoppoint-base:bookworm-1'
  [ "$(run id bash -c "$id")" = "$(bash -c "$id")" ]
}

# Both serve on port 8000 at the same time; each must read its own word, and the machine neither.
serve_a_word() {
  run "$1" bash -c '
    docker run -d --name web -p 127.0.0.1:8000:80 stoppoint-base:bookworm-1 sh -c "mkdir /w; echo $0 >/w/word; exec python3 -m http.server 80 -d /w" >/dev/null
    for _ in $(seq 50); do curl -fs http://127.0.0.1:8000/word && break; sleep 0.2; done
    touch "$1/$0"; for _ in $(seq 100); do [ -e "$1/done" ] && break; sleep 0.1; done' "$1" "$2"
}
two_do_not_meet() {
  local dir outside=closed
  dir=$(mktemp -d)
  serve_a_word left "$dir" >"$dir/left.out" &
  serve_a_word right "$dir" >"$dir/right.out" &
  wait_until 60 test -e "$dir/left" -a -e "$dir/right" || true
  case "$(curl -s -m 2 http://127.0.0.1:8000/word || true)" in left | right) outside=open ;; esac
  touch "$dir/done"
  wait
  [ "$(cat "$dir/left.out" "$dir/right.out")" = $'left\nright' ] && [ "$outside" = closed ]
}

an_unknown_name_is_refused_at_once() {
  local started=$SECONDS
  run names sh -c 'docker network create n >/dev/null; docker run --rm --network n stoppoint-base:bookworm-1 getent hosts nobody' || true
  [ $((SECONDS - started)) -lt 9 ]
}

a_killed_run_leaves_no_process_and_is_swept() {
  "$private_daemon" run --id "killed-$$" -- sleep "98$$" >/dev/null 2>&1 &
  local runner=$!
  wait_until 60 pgrep -f "^sleep 98$$" || return 1
  kill -KILL "$runner"
  wait_until 10 bash -c "! pgrep -f '^sleep 98$$'" || return 1
  "$private_daemon" sweep >/dev/null && nothing_is_left killed
}

a_terminated_run_cleans_up() {
  local status=0
  "$private_daemon" run --id "term-$$" -- sleep "97$$" >/dev/null 2>&1 &
  local runner=$!
  wait_until 60 pgrep -f "^sleep 97$$" || return 1
  kill -TERM "$runner"
  wait "$runner" || status=$?
  [ "$status" = 143 ] && nothing_is_left term
}

the_second_setup_is_quick() {
  local started=$SECONDS
  "$root/scripts/setup" --for-tests >/dev/null && [ $((SECONDS - started)) -lt 15 ]
}

"$root/scripts/setup" --for-tests
check "a second set-up finds everything in place" the_second_setup_is_quick
check "a private daemon ends with its command's exit code and leaves nothing" the_exit_code_is_the_commands
check "the command keeps its folder" the_folder_is_kept
check "the base image has one id in every daemon" the_image_has_one_id
check "two private daemons publish the same port and do not meet" two_do_not_meet
check "a name that no container has is refused at once" an_unknown_name_is_refused_at_once
check "a terminated run cleans up" a_terminated_run_cleans_up
check "a killed run leaves no process and is swept" a_killed_run_leaves_no_process_and_is_swept
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
