#!/bin/sh
# The bill of materials of what is installed in .venv, as CycloneDX JSON (build/sbom.json, or the file given), and a look at its licences.
set -eu
cd "$(dirname "$0")/.."
file=${1:-build/sbom.json}
mkdir -p "$(dirname "$file")"
"${CYCLONEDX:-.venv-security/bin/cyclonedx-py}" environment --output-format JSON --output-reproducible --output-file "$file" .venv/bin/python
.venv/bin/python scripts/security/licences.py "$file"
