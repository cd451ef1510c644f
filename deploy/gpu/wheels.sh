#!/usr/bin/env bash
# Fetches what the benches need beside vLLM, for a machine without network: wheels.sh FOLDER [PYTHON]   (PYTHON: 3.12)
# Some 40 MB. There: WHEELS=FOLDER deploy/gpu/run.sh …
set -euo pipefail
folder="${1:?usage: wheels.sh FOLDER [PYTHON]}"
python="${2:-3.12}"
here="$(cd "$(dirname "$0")" && pwd)"
mkdir -p "$folder"
python3 -m pip download --quiet --disable-pip-version-check --dest "$folder" --only-binary=:all: \
  --python-version "$python" --implementation cp --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 \
  --platform manylinux2014_x86_64 --requirement "$here/requirements.txt"
du -sh "$folder"
