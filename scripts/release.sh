#!/bin/sh
# A release, into dist/ (or the folder given): sdist and wheel, checked; the bill of materials; SHA-256 of all of it. Uploads nothing.
#   scripts/release.sh VERSION [FOLDER]   names it first: the version wherever it stands, "Unreleased" in CHANGELOG.md; and commits that
#   scripts/release.sh [FOLDER]           builds what is named
# The one source of the version is pyproject.toml. Refuses a tree with changes that are not committed (DIRTY=1 allows them: a trial), and
# a version that CHANGELOG.md does not name. The image: deploy/README.md.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
say() { printf '%s\n' "$*" >&2; }

case ${1:-} in [0-9]*.[0-9]*.[0-9]*)
    [ -z "$(git status --porcelain --untracked-files=no)" ] || { say "There are changes that are not committed: commit them first."; exit 1; }
    files=$("$python" scripts/name_release.py "$1")
    # shellcheck disable=SC2086  # a list of our own files
    git commit --quiet -m "release: $1." -- $files
    say "- committed; when the build is well: git tag v$1"
    shift ;;
esac
out=${1:-dist}

version=$("$python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
if [ "${DIRTY:-}" != 1 ]; then
    [ -z "$(git status --porcelain --untracked-files=no)" ] || { say "There are changes that are not committed: commit them, or try with DIRTY=1."; exit 1; }
    grep -q "^## \[$version\]" CHANGELOG.md || { say "CHANGELOG.md has no section [$version]: rename Unreleased, or set the version in pyproject.toml."; exit 1; }
fi
"$python" -c 'import build, twine' 2>/dev/null || { say "- installing build and twine (extra release)"; "$python" -m pip install --quiet --no-input "build>=1.2,<2" "twine>=6,<7" "setuptools>=75"; }

# From what git has and nothing else: a file that lies about gets into no release.
source=$(mktemp -d); trap 'rm -rf "$source"' EXIT
others=""; [ "${DIRTY:-}" = 1 ] && others="--others --exclude-standard"  # a trial takes what is not committed yet
# shellcheck disable=SC2086  # none or two words
git ls-files -z --cached $others | xargs -0 tar --ignore-failed-read -cf - 2>/dev/null | tar -xf - -C "$source"
mkdir -p "$out"
out=$(cd "$out" && pwd)
say "- building aisle $version"
# shellcheck disable=SC2086  # BUILD_OPTIONS is several words, such as --no-isolation where there is no network
"$python" -m build ${BUILD_OPTIONS:-} --outdir "$out" "$source" >"$source.log" 2>&1 || { tail -n 25 "$source.log" >&2; rm -f "$source.log"; exit 1; }
rm -f "$source.log"
wheel="$out/aisle-$version-py3-none-any.whl"
"$python" -m twine check --strict "$wheel" "$out/aisle-$version.tar.gz" >&2
# What git has of the packages must be in the wheel: pages, templates, tables of phrases, migrations.
"$python" - "$wheel" <<'CHECK' >&2
import subprocess, sys, zipfile
inside = set(zipfile.ZipFile(sys.argv[1]).namelist())
packages = ("assistant", "channels", "eval", "model_serving", "retrieval")
tracked = subprocess.run(["git", "ls-files", *packages], check=True, capture_output=True, text=True).stdout.split("\n")
left_out = {"channels/client/pyproject.toml", "eval/peers/setup.sh"}  # another package's; for a checkout
missing = sorted(file for file in tracked if file and file not in inside and file not in left_out)
if missing:
    sys.exit("The wheel lacks " + ", ".join(missing) + ": name their kind in pyproject.toml, [tool.setuptools.package-data]")
print(f"- the wheel holds all {len(inside)} files")
CHECK
if [ -x "${CYCLONEDX:-.venv-security/bin/cyclonedx-py}" ]; then
    scripts/sbom.sh "$out/aisle-$version.cdx.json" >&2 || { say "The licences of what is installed were refused: see above."; exit 1; }
else
    say "- no bill of materials: cyclonedx-py is not here (make security installs it)"
fi
(cd "$out" && sha256sum "aisle-$version"* >SHA256SUMS)
cat "$out/SHA256SUMS"
