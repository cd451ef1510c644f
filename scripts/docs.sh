#!/bin/sh
# The documentation's site, into build/site. Strict: a dead link or a page that no one leads to is an error. Needs no network, but for
# mkdocs-material itself, the first time. `scripts/docs.sh FOLDER` builds elsewhere.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
if ! "$python" -c 'import material' 2>/dev/null; then
    echo "- installing mkdocs-material (extra docs)" >&2
    "$python" -m pip install --quiet --no-input "mkdocs-material>=9.7,<10"
fi
# NO_MKDOCS_2_WARNING: a notice of the theme's about a release of mkdocs that pyproject.toml does not allow.
NO_MKDOCS_2_WARNING=1 PYTHONPATH=. AISLE_HOME="${AISLE_HOME:-build/docs-home}" "$python" -m mkdocs build --clean --quiet --strict ${1:+--site-dir "$1"}
echo "the site lies in ${1:-build/site}: open ${1:-build/site}/index.html"
