# shellcheck shell=bash
# Packages of the distribution. The machine's own sources say where its mirror is;
# no mirror is named here, so that a machine behind a mirror of its own works, too.

APT_UPDATED=no

can_apt_install() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null
}

# apt_install PACKAGE...
apt_install() {
  # Lists are refreshed only when the packages cannot be had with the present ones.
  if [ "$APT_UPDATED" = no ] && ! apt-get install -y --no-install-recommends --download-only "$@" >/dev/null 2>&1; then
    quietly apt-get update || return
    APT_UPDATED=yes
  fi
  quietly env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# need_tool TOOL PACKAGE: installs the package when the tool is missing, or says what to install.
need_tool() {
  ! command -v "$1" >/dev/null || return 0
  can_apt_install || fail 1 "'$1' is missing; install the package '$2' and run scripts/setup again"
  part_begin "$1" "installing the package $2"
  apt_install "$2" || fail 1 "'$1' is missing and '$2' could not be installed; install it and run scripts/setup again"
  part_done "$1" "installed"
}

# apt_first_source: "URI|KEYRING" of the first entry of this machine's sources, either format.
apt_first_source() {
  local dir=${STOPPOINT_APT_DIR:-/etc/apt} found
  found=$(find "$dir/sources.list.d" -name '*.sources' 2>/dev/null | sort | xargs -r cat | awk '
    function entry() { if (uri != "" && !disabled) { print uri "|" key; done = 1; exit } uri = ""; key = ""; disabled = 0 }
    /^#/ { next }
    /^[ \t]*$/ { entry(); next }
    tolower($1) == "uris:" { uri = $2 }
    tolower($1) == "signed-by:" && $2 ~ /^\// { key = $2 }
    tolower($1) == "enabled:" && tolower($2) == "no" { disabled = 1 }
    END { if (!done) entry() }')
  if [ -z "$found" ]; then
    found=$(cat "$dir/sources.list" "$dir"/sources.list.d/*.list 2>/dev/null | awk '
      $1 == "deb" {
        line = $0; key = ""
        if (match(line, /\[[^]]*\]/)) {
          options = substr(line, RSTART + 1, RLENGTH - 2)
          line = substr(line, 1, RSTART - 1) substr(line, RSTART + RLENGTH)
          if (match(options, /signed-by=[^ ]+/)) key = substr(options, RSTART + 10, RLENGTH - 10)
        }
        split(line, field, " "); print field[2] "|" key; exit
      }')
  fi
  [ -n "$found" ] && printf '%s\n' "$found"
}

# apt_fetch_from_suite SUITE PACKAGE DIR: the package of another release, unpacked into DIR.
# Own lists and an own sources file: the system's package state stays untouched.
apt_fetch_from_suite() {
  local suite=$1 package=$2 dir=$3 source uri keyring options
  source=$(apt_first_source) || { echo "no usable entry in this machine's apt sources" >&2; return 1; }
  uri=${source%%|*}
  keyring=${source##*|}
  mkdir -p "$dir/lists/partial" "$dir/root"
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$uri" "$suite" >"$dir/only.sources"
  [ -z "$keyring" ] || printf 'Signed-By: %s\n' "$keyring" >>"$dir/only.sources"
  options=(-o "Dir::Etc::sourcelist=$dir/only.sources" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$dir/lists"
    -o "Dir::Cache::pkgcache=$dir/pkgcache.bin" -o "Dir::Cache::srcpkgcache=$dir/srcpkgcache.bin" -o APT::Sandbox::User=)
  (cd "$dir" && apt-get "${options[@]}" update && apt-get "${options[@]}" download "$package" && dpkg -x "$package"_*.deb root)
}
