# shellcheck shell=bash
# The Docker engine and its command line: what answers is used, what is missing is installed,
# what is stopped is started. Nothing that runs is ever restarted or reconfigured.

docker_answers() {
  timeout 20 docker info >/dev/null 2>&1
}

docker_engine_version() {
  docker version --format '{{.Server.Version}}' 2>/dev/null
}

ensure_docker_engine() {
  if command -v docker >/dev/null && docker_answers; then
    part "docker engine" "present ($(docker_engine_version))"
    return
  fi
  docker_is_meant_to_be_local || fail 7 "the Docker engine at '$(docker_endpoint)' does not answer" \
    "start it, or unset DOCKER_HOST and DOCKER_CONTEXT to use one on this machine"
  install_docker_engine
  # The package may have started it; without an init system it has not.
  if ! docker_answers; then start_docker_engine; fi
}

# Somebody who points at an engine elsewhere does not want a second one here.
docker_is_meant_to_be_local() {
  case "$(docker_endpoint)" in
    '' | unix:///var/run/docker.sock | unix:///run/docker.sock) return 0 ;;
    *) return 1 ;;
  esac
}

docker_endpoint() {
  if [ -n "${DOCKER_HOST:-}" ]; then
    printf '%s' "$DOCKER_HOST"
  elif command -v docker >/dev/null; then
    docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || true
  fi
}

install_docker_engine() {
  if command -v docker >/dev/null && command -v dockerd >/dev/null && command -v iptables >/dev/null; then
    return
  fi
  can_apt_install || fail 7 "Docker is not installed (or 'docker' and 'dockerd' are not on PATH)" \
    "install the Docker engine, or run scripts/setup as root on Debian"
  part_begin "docker engine" "installing docker.io, containerd, runc, iptables (about half a minute)"
  apt_install docker.io containerd runc iptables || fail 7 "the Docker engine could not be installed"
  hash -r
  if ! command -v docker >/dev/null; then
    # From Debian 13 on the command line is a package of its own.
    apt_install docker-cli || fail 7 "the Docker command line could not be installed"
  fi
  part_done "docker engine" "installed"
}

start_docker_engine() {
  if [ "$(id -u)" -ne 0 ]; then
    fail 7 "the Docker engine does not answer at '$(docker_endpoint)'" \
      "start it as root ('systemctl start docker'), and add yourself to the group 'docker' if it runs already"
  fi
  part_begin "docker engine" "starting it"
  if [ -d /run/systemd/system ]; then
    quietly systemctl start docker || fail 7 "systemd could not start the Docker engine; see 'journalctl -u docker'"
  else
    start_dockerd_by_hand
  fi
  wait_until 60 docker_answers || fail 7 "the Docker engine does not answer after 60 s; see '$STOPPOINT_STATE/dockerd.log'"
  part_done "docker engine" "started ($(docker_engine_version))"
}

# Without an init system: detached from this terminal, and without our lock's descriptors,
# which it would otherwise hold for as long as it lives.
start_dockerd_by_hand() {
  mkdir -p "$STOPPOINT_STATE"
  remove_stale_docker_pidfile
  (
    close_locks
    exec setsid --fork dockerd >>"$STOPPOINT_STATE/dockerd.log" 2>&1 </dev/null
  )
}

# After a power cut the old number may belong to another process, and dockerd would refuse to start.
remove_stale_docker_pidfile() {
  local file=/var/run/docker.pid
  [ -s "$file" ] || return 0
  [ "$(cat "/proc/$(cat "$file")/comm" 2>/dev/null)" = dockerd ] || rm -f "$file"
}
