#!/usr/bin/env bash
# Installs what Moei needs and nothing else: uv, Debian packages that are missing, the locked Python packages.
# Usage: scripts/setup.sh run|server|test|spark. `server` is `run` with what speaks to PostgreSQL, `spark` with PySpark
# and Java.
set -euo pipefail
cd "$(dirname "$0")/.."
what="${1:-run}"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

# Ends with what went wrong and what to type: nobody should have to read this file.
give_up() {
  for line in "$@"; do say "$line"; done
  exit 1
}

packages=(libicu-dev pkg-config g++ libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-noto-cjk)
if [ "$what" = test ]; then
  packages+=(chromium poppler-utils libreoffice-calc-nogui)
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
fi
[ "$what" = spark ] && ! command -v java >/dev/null && packages+=(openjdk-17-jre-headless)

python=""
for candidate in python3.11 python3.12 python3; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))'; then
    # Its own name for itself: uv takes a shim (pyenv, asdf) for another Python and builds .venv anew each time.
    python="$("$candidate" -c 'import sys; print(sys.executable)')"
    break
  fi
done
[ -n "$python" ] || give_up "Moei needs Python 3.11 or 3.12. On Debian 12: apt-get install python3"
# The system's own Python keeps its headers and venv in packages of their own.
[[ "$(readlink -f "$python")" != /usr/bin/python3.* ]] || packages+=(python3-dev python3-venv)

missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
fi
if [ ${#missing[@]} -gt 0 ]; then
  by_hand="apt-get update && apt-get install --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" = 0 ]; then
    as_root=(env)
  elif command -v sudo >/dev/null; then
    as_root=(sudo)
  else
    give_up "These Debian packages are missing, and only an administrator can install them: ${missing[*]}" \
      "Ask one to type:" "  $by_hand" "Then start again."
  fi
  say "Installing Debian packages: ${missing[*]}"
  log="$(mktemp)"
  if ! "${as_root[@]}" apt-get update -qq >"$log" 2>&1 ||
    ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
      apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
    tail -n 15 "$log" >&2
    give_up "Debian could not install them; above is what it says (all of it: $log)." \
      "Once the network or its list of sources is put right, start again, or type as root:" "  $by_hand"
  fi
  rm -f "$log"
fi

if command -v uv >/dev/null && uv --version >/dev/null 2>&1; then
  uv=uv
else
  if ! [ -x .tools/bin/uv ]; then
    say "Installing uv"
    { "$python" -m venv .tools && .tools/bin/pip install -q "uv>=0.9"; } ||
      give_up "uv could not be installed. Is the package index (pypi.org) reachable? Then start again."
  fi
  uv=.tools/bin/uv
fi

# --inexact: running the demo does not throw away what the tests installed.
groups=(--inexact)
[ "$what" = server ] && groups+=(--extra postgres)
[ "$what" = spark ] && groups+=(--extra spark)
[ "$what" = test ] && groups=(--all-groups --extra postgres)
quiet=(--quiet)
if ! [ -x .venv/bin/moei ]; then
  # The first time it takes minutes: uv shows how far it is.
  say "Installing locked Python packages"
  quiet=()
fi
"$uv" sync "${quiet[@]}" --frozen --python "$python" "${groups[@]}" ||
  give_up "The Python packages could not be installed; above is why. Once it is put right, start again:" \
    "what was installed or downloaded stays."
