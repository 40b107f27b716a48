# shellcheck shell=bash
# The image that all sample services run on. It is built once and kept as a 'docker save' file:
# loaded from there it has the same id in every daemon, and Stoppoint compares images by id.

BASE_IMAGE=stoppoint-base:bookworm-1
BASE_IMAGE_RECIPE=bookworm-1
BASE_IMAGE_TAR="$STOPPOINT_CACHE/base-image-$BASE_IMAGE_RECIPE.tar"
BASE_IMAGE_LAYERS="$STOPPOINT_CACHE/base-image-$BASE_IMAGE_RECIPE.layers"

# base_image_ensure: builds what is missing and loads it into the daemon that docker talks to.
base_image_ensure() {
  if base_image_cached && base_image_loaded; then
    part "base image" "present ($BASE_IMAGE)"
    return
  fi
  if ! base_image_cached; then
    if ! base_image_in_daemon; then
      part_begin "base image" "building $BASE_IMAGE (about a minute and a half the first time)"
      quietly "$STOPPOINT_ROOT/examples/base-image/build" "$BASE_IMAGE" || fail 1 "the base image could not be built"
      part_done "base image" "built"
    fi
    part_begin "base image" "keeping a copy for other daemons"
    base_image_save || fail 1 "the base image could not be saved to '$BASE_IMAGE_TAR'"
    part_done "base image" "saved"
  fi
  if ! base_image_loaded; then
    part_begin "base image" "loading $BASE_IMAGE from the cache"
    quietly base_image_load || fail 1 "the base image could not be loaded; remove '$BASE_IMAGE_TAR' and run scripts/setup again"
    part_done "base image" "loaded"
  fi
}

base_image_cached() {
  [ -s "$BASE_IMAGE_TAR" ] && [ -s "$BASE_IMAGE_LAYERS" ]
}

base_image_in_daemon() {
  [ "$(docker image inspect --format '{{index .Config.Labels "org.stoppoint.base"}}' "$BASE_IMAGE" 2>/dev/null)" = "$BASE_IMAGE_RECIPE" ]
}

# Compared by content, because an id does not mean the same in each of Docker's image stores.
base_image_loaded() {
  base_image_in_daemon && [ "$(base_image_layers)" = "$(cat "$BASE_IMAGE_LAYERS")" ]
}

base_image_layers() {
  docker image inspect --format '{{join .RootFS.Layers "\n"}}' "$BASE_IMAGE"
}

base_image_save() {
  mkdir -p "$STOPPOINT_CACHE"
  docker save --output "$BASE_IMAGE_TAR.part" "$BASE_IMAGE" && base_image_layers >"$BASE_IMAGE_LAYERS.part" || return
  mv "$BASE_IMAGE_LAYERS.part" "$BASE_IMAGE_LAYERS"
  mv "$BASE_IMAGE_TAR.part" "$BASE_IMAGE_TAR"
}

base_image_load() {
  docker load --quiet --input "$BASE_IMAGE_TAR"
}
