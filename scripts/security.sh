#!/bin/sh
# What `make security` runs: the code, its secrets, its packages; fuzz of frames and parsers; every published route with everybody's tokens.
#   scripts/security.sh            all (docs/security.md says how long it took)
#   scripts/security.sh --quick    a tenth of the fuzz
#   GARAK=1 scripts/security.sh    scripts/garak.sh besides (installs torch for the CPU in .venv-garak the first time)
# Each step says what it found; the end is 1 when one failed. A step that could not be done says so and is no success.
set -u
cd "$(dirname "$0")/.."
frames=1000000 runs=20000 examples=${EXAMPLES:-5}
[ "${1:-}" = "--quick" ] && frames=100000 runs=2000 examples=1
bad="" left=""
say() { printf '\n== %s\n' "$*"; }
step() { name=$1; shift; say "$name"; began=$(date +%s); if "$@"; then told=ok; else told=FAILED; bad="$bad $name"; fi; echo "$name: $told ($(($(date +%s) - began)) s)"; }

tools=.venv-security
if [ ! -x $tools/bin/bandit ]; then
  say "installing the extra 'security' into $tools (it sees what .venv has)"
  .venv/bin/python -m venv $tools && readlink -f .venv/lib/python3.*/site-packages >"$(echo $tools/lib/python3.*/site-packages)/aisle.pth" &&
    .venv/bin/python -c 'import tomllib; print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["security"]))' >$tools/wanted.txt &&
    $tools/bin/python -m pip install --quiet --disable-pip-version-check -r $tools/wanted.txt || { echo "the tools could not be installed"; exit 1; }
fi

step bandit $tools/bin/bandit -q -c pyproject.toml -b scripts/security/bandit_baseline.json -r assistant retrieval model_serving channels eval scripts
# Left out: what is hashes by its nature, and the pages' words, which say "password" to people.
secrets() { git ls-files | grep -v -E '\.lock$|_vectors\.json$|_baseline\.json$|_digests\.py$|/assets/languages/' | xargs $tools/bin/detect-secrets-hook --baseline scripts/security/secrets_baseline.json; }
step detect-secrets secrets
step packages scripts/sbom.sh

say "pip-audit"
.venv/bin/python scripts/security/audit.py $tools/bin/pip-audit requirements.lock
case $? in
  0) echo "pip-audit: ok" ;;
  3) left="$left pip-audit"; echo "pip-audit: NOT DONE. This says nothing about vulnerabilities." ;;
  *) bad="$bad pip-audit"; echo "pip-audit: FAILED" ;;
esac

step frames env PYTHONPATH=. .venv/bin/python tests/security/fuzz_frames.py --frames $frames
step parsers env PYTHONPATH=. $tools/bin/python tests/security/fuzz_parsers.py --runs $runs
step routes env PYTHONPATH=. EXAMPLES=$examples scripts/schemathesis.sh
[ -n "${GARAK:-}" ] && step garak scripts/garak.sh
[ -n "$bad" ] || well="all that was done is well"
say "${bad:+failed:$bad; }${left:+not done:$left; }${well:-}"
[ -z "$bad" ]
