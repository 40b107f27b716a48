# shellcheck shell=bash
# Two set-ups at the same time: the second waits, then finds everything in place.

LOCK_DESCRIPTORS=()

# take_lock NAME
take_lock() {
  local descriptor
  mkdir -p "$STOPPOINT_STATE"
  exec {descriptor}>"$STOPPOINT_STATE/$1.lock"
  LOCK_DESCRIPTORS+=("$descriptor")
  flock --nonblock "$descriptor" && return
  part "waiting" "another set-up is at work"
  flock "$descriptor"
}

# close_locks: for a child that outlives us; a held descriptor is a held lock.
close_locks() {
  local descriptor
  for descriptor in "${LOCK_DESCRIPTORS[@]}"; do exec {descriptor}>&-; done
}
