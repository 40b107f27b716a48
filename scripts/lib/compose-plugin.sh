# shellcheck shell=bash
# Compose v2 as a plugin of the Docker command line.

COMPOSE_NEEDED=2.26.0

ensure_compose() {
  local have
  have=$(compose_version)
  if [ -n "$have" ] && version_at_least "$have" "$COMPOSE_NEEDED"; then
    part "docker compose" "present ($have)"
  elif compose_on_path; then
    install_compose_plugin "$(command -v docker-compose)"
    part "docker compose" "linked the docker-compose on PATH ($(compose_version))"
  else
    fetch_compose
  fi
}

compose_version() {
  docker compose version --short 2>/dev/null | sed 's/^v//; s/[-+].*//' || true
}

# A stand-alone docker-compose v2 is the same program as the plugin.
compose_on_path() {
  local have
  have=$(docker-compose version --short 2>/dev/null | sed 's/^v//; s/[-+].*//') || return 1
  [ -n "$have" ] && version_at_least "$have" "$COMPOSE_NEEDED"
}

# Debian 12 has only Compose v1; the v2 of Debian 13 is one static program that runs there, too.
fetch_compose() {
  local dir
  if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then compose_missing; fi
  part_begin "docker compose" "fetching v2 from the package of Debian 13 (a few seconds)"
  dir=$(mktemp -d)
  if ! quietly apt_fetch_from_suite trixie docker-compose "$dir"; then
    rm -rf "$dir"
    compose_missing
  fi
  install_compose_plugin "$dir/root/usr/libexec/docker/cli-plugins/docker-compose"
  rm -rf "$dir"
  version_at_least "$(compose_version)" "$COMPOSE_NEEDED" || compose_missing
  part_done "docker compose" "installed ($(compose_version))"
}

install_compose_plugin() {
  local plugins="${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins"
  mkdir -p "$plugins"
  if [ -L "$plugins/docker-compose" ]; then rm "$plugins/docker-compose"; fi
  case "$1" in
    */root/usr/*) install -m 0755 "$1" "$plugins/docker-compose" ;;
    *) ln -s "$1" "$plugins/docker-compose" ;;
  esac
}

compose_missing() {
  fail 7 "Docker Compose $COMPOSE_NEEDED or newer is missing" \
    "install the Compose plugin as a file in '${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins/docker-compose' and run scripts/setup again"
}
