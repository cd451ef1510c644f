#!/bin/sh
# Makes the environment that the peers run in, apart from the product's: eval/peers/setup.sh [FOLDER]
# Versions are pinned, so that a later run measures the same programs. torch is there because txtai insists on it.
set -eu
folder="${1:-.aisle/peers}"
python3.11 -m venv "$folder"
"$folder/bin/pip" install --quiet -r "$(dirname "$0")/requirements.txt"
echo "$folder/bin/python"
