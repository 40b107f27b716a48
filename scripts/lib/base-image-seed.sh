# shellcheck shell=bash
# A private daemon is given the base image as files, hard-linked, in place of ten seconds of 'docker load'.
# That is safe because a layer under a container is never written to: a change is made in a copy.
# Only Docker's overlay2 store is known to bear it; with any other nothing is kept and 'load' does the work.

BASE_IMAGE_SEED="$STOPPOINT_CACHE/base-image-$BASE_IMAGE_RECIPE.seed"

# base_image_sow DATA_ROOT: before the daemon starts.
base_image_sow() {
  cmp -s "$BASE_IMAGE_LAYERS" "$BASE_IMAGE_SEED/layers" || return 0
  mkdir -p "$1"
  # A seed that is replaced under our hands copies with errors; loading is then the way.
  { link_or_copy "$BASE_IMAGE_SEED/overlay2" "$1/" && cp -a "$BASE_IMAGE_SEED/image" "$1/"; } || rm -rf "$1"
}

# Links end at the border of a file system; a copy still beats loading.
link_or_copy() {
  cp -al "$1" "$2" 2>/dev/null || { rm -rf "${2:?}/${1##*/}" && cp -a "$1" "$2"; }
}

# base_image_harvest DATA_ROOT: from an idle daemon that holds the base image and nothing else.
base_image_harvest() {
  local part="$BASE_IMAGE_SEED.part.$$"
  [ "$(docker info --format '{{.Driver}}')" = overlay2 ] && [ "$(docker image ls --all --quiet | wc -l)" -eq 1 ] || return 0
  mkdir -p "$part"
  if link_or_copy "$1/overlay2" "$part/" && cp -a "$1/image" "$part/" && cp "$BASE_IMAGE_LAYERS" "$part/layers"; then
    rm -rf "$BASE_IMAGE_SEED"
    # Of two runs that harvest at once the first one's seed stays.
    mv -T "$part" "$BASE_IMAGE_SEED" 2>/dev/null || true
  fi
  rm -rf "$part"
}
