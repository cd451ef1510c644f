#!/bin/sh
# The bill of materials of what a release brings, as CycloneDX JSON (build/sbom.json, or the file given): every locked package with its
# version, hashes and licence. And a look at the licences of all that is installed in .venv, tools of development among them.
set -eu
cd "$(dirname "$0")/.."
file=${1:-build/sbom.json}
tool=${CYCLONEDX:-.venv-security/bin/cyclonedx-py}
mkdir -p "$(dirname "$file")" build
"$tool" environment --output-format JSON --output-reproducible --output-file build/sbom-installed.json .venv/bin/python
.venv/bin/python scripts/security/licences.py build/sbom-installed.json
cat requirements.lock requirements-weights.lock >build/locked.txt
"$tool" requirements --pyproject pyproject.toml --mc-type application --output-format JSON --output-reproducible --output-file build/sbom-locked.json build/locked.txt 2>/dev/null
.venv/bin/python scripts/security/bill.py build/sbom-locked.json build/sbom-installed.json >"$file"
printf 'the bill of materials is %s: ' "$file"
.venv/bin/python scripts/security/licences.py "$file"
