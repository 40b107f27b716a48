# shellcheck shell=bash
# What lives in the checkout: node modules and the built files.

NODE_NEEDED=20
NODE_STAMPS="$STOPPOINT_ROOT/node_modules/.cache/stoppoint"

ensure_node() {
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then node_missing; fi
  version_at_least "$(node -p 'process.versions.node')" "$NODE_NEEDED" || node_missing
  part "node" "present ($(node -p 'process.versions.node'))"
}

node_missing() {
  fail 1 "Node $NODE_NEEDED or newer with npm is missing; install it and run scripts/setup again"
}

ensure_node_modules() {
  local stamp
  if [ ! -f "$STOPPOINT_ROOT/package-lock.json" ]; then
    part "node modules" "skipped (no package-lock.json)"
    return
  fi
  # By content, too: a checkout gives every file a new date.
  stamp=$(sha256sum <"$STOPPOINT_ROOT/package-lock.json")
  if [ "$(cat "$NODE_STAMPS/modules" 2>/dev/null)" = "$stamp" ] || npm_installed_since_the_lock; then
    part "node modules" "present"
    return
  fi
  part_begin "node modules" "npm ci"
  quietly npm ci --prefix "$STOPPOINT_ROOT" --no-audit --no-fund || fail 1 "'npm ci' failed"
  mkdir -p "$NODE_STAMPS"
  printf '%s\n' "$stamp" >"$NODE_STAMPS/modules"
  part_done "node modules" "installed"
}

# The test of the package installs it where there is no network, and without our lock file, as a user does: what that
# fetches lies in npm's cache only after it was done once.
ensure_package_parts() {
  local stamp folder
  stamp=$(sha256sum <"$STOPPOINT_ROOT/package-lock.json")
  if [ "$(cat "$NODE_STAMPS/package-parts" 2>/dev/null)" = "$stamp" ]; then
    part "package parts" "present"
    return
  fi
  part_begin "package parts" "installing the dependencies once, as a user would"
  folder=$(mktemp -d)
  node -e 'const { dependencies } = require(process.argv[1]); console.log(JSON.stringify({ private: true, dependencies }))' \
    "$STOPPOINT_ROOT/package.json" >"$folder/package.json"
  quietly npm install --prefix "$folder" --prefer-offline --omit=dev --no-audit --no-fund \
    || fail 1 "the package's dependencies could not be fetched"
  rm -rf "$folder"
  mkdir -p "$NODE_STAMPS"
  printf '%s\n' "$stamp" >"$NODE_STAMPS/package-parts"
  part_done "package parts" "in npm's cache"
}

# A developer's own 'npm install' ends with npm's hidden lock file, and must not be thrown away by 'npm ci'.
npm_installed_since_the_lock() {
  local hidden="$STOPPOINT_ROOT/node_modules/.package-lock.json"
  [ -f "$hidden" ] && [ ! "$STOPPOINT_ROOT/package-lock.json" -nt "$hidden" ]
}

ensure_build() {
  if ! has_npm_script build; then
    part "build" "skipped (no script 'build')"
  elif build_is_fresh; then
    part "build" "present"
  else
    part_begin "build" "npm run build"
    # Dated before the build: a file saved meanwhile makes the next set-up build again.
    mkdir -p "$NODE_STAMPS"
    touch "$NODE_STAMPS/build-started"
    quietly npm run build --prefix "$STOPPOINT_ROOT" || fail 1 "'npm run build' failed"
    mv "$NODE_STAMPS/build-started" "$NODE_STAMPS/built"
    part_done "build" "built"
  fi
}

has_npm_script() {
  [ -f "$STOPPOINT_ROOT/package.json" ] \
    && node -e 'process.exit(JSON.parse(require("fs").readFileSync(process.argv[1])).scripts?.[process.argv[2]] ? 0 : 1)' \
      "$STOPPOINT_ROOT/package.json" "$1"
}

build_is_fresh() {
  local sources
  [ -d "$STOPPOINT_ROOT/dist" ] && [ -f "$NODE_STAMPS/built" ] || return 1
  sources=("$STOPPOINT_ROOT/src" "$STOPPOINT_ROOT"/scripts/*.mjs "$STOPPOINT_ROOT"/tsconfig*.json "$STOPPOINT_ROOT/package.json" "$NODE_STAMPS/modules")
  [ -z "$(find "${sources[@]}" -newer "$NODE_STAMPS/built" -print -quit 2>/dev/null)" ]
}
