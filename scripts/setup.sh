#!/usr/bin/env bash
# Installs what Moei needs and nothing else: uv, Debian packages that are missing, the locked Python packages.
# Usage: scripts/setup.sh run|test
set -euo pipefail
cd "$(dirname "$0")/.."
what="${1:-run}"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

packages=(libicu-dev pkg-config g++ libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-noto-cjk)
if [ "$what" = test ]; then
  packages+=(chromium poppler-utils)
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
fi

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    say "These Debian packages are missing: ${missing[*]}"
    say "Ask an administrator to run: apt-get install ${missing[*]}"
    exit 1
  fi
}

missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
fi
python=""
for candidate in python3.11 python3.12 python3; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))'; then
    python="$(command -v "$candidate")"
    break
  fi
done
if [ -z "$python" ]; then
  say "Moei needs Python 3.11 or 3.12. On Debian 12: apt-get install python3"
  exit 1
fi
# The system's own Python keeps its headers and venv in packages of their own.
if command -v dpkg-query >/dev/null && [ "$(readlink -f "$python")" = "/usr/bin/python3.11" ]; then
  for package in python3-dev python3-venv; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
fi
if [ ${#missing[@]} -gt 0 ]; then
  say "Installing Debian packages: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if command -v uv >/dev/null && uv --version >/dev/null 2>&1; then
  uv=uv
else
  [ -x .tools/bin/uv ] || { say "Installing uv"; "$python" -m venv .tools && .tools/bin/pip install -q "uv>=0.9"; }
  uv=.tools/bin/uv
fi

# --inexact: running the demo does not throw away what the tests installed.
groups=(--inexact)
[ "$what" = test ] && groups=(--all-groups --extra postgres)
[ -x .venv/bin/moei ] || say "Installing locked Python packages"
"$uv" sync --quiet --frozen --python "$python" "${groups[@]}"
