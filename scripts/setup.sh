#!/bin/sh
# Makes .venv and installs Warmline into it; does nothing when nothing has changed. With "dev" also what tests and checks need.
set -eu
extras=${1:-}
python=${PYTHON:-python3}
say() { printf '%s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

command -v "$python" >/dev/null || die "Python 3.11 or newer is missing; install it: apt-get install -y python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "this is $("$python" --version); Warmline needs Python 3.11 or newer. Name one: make PYTHON=python3.12 run"
"$python" -c 'import venv, ensurepip' 2>/dev/null || die "the module venv is missing; install it: apt-get install -y python3-venv"

wanted=$(cat pyproject.toml hatch_build.py ui/package-lock.json | sha256sum | cut -d' ' -f1)
stamp=.venv/.installed${extras:+-$extras}
if [ ! -x .venv/bin/python ]; then
    say "Making a virtual environment in .venv"
    rm -rf .venv
    "$python" -m venv .venv || die "could not make .venv; install it: apt-get install -y python3-venv"
fi
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
    say "Installing Warmline and what it needs (a minute or two the first time)"
    .venv/bin/python -m pip install --quiet --upgrade pip
    .venv/bin/python -m pip install --progress-bar on --editable ".${extras:+[$extras]}" | grep -vE '^(Requirement already|  (Preparing|Getting|Installing build))' || true
    .venv/bin/python -c 'import api.cli' || die "the installation is not complete; a package that had to be compiled? install a compiler: apt-get install -y build-essential python3-dev"
    printf '%s' "$wanted" >"$stamp"
fi
# The user interface: rebuilt when its sources have changed since.
.venv/bin/python hatch_build.py
