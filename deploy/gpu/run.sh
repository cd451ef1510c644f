#!/usr/bin/env bash
# All figures of model serving on a GPU machine, without network: throughput and first words at 1 to 256 conversations
# against the engine alone in the same run, the cache's hit rate over conversations of several turns, prefix hits, overload,
# cancellation, two replicas of which one is killed. Each step writes its JSON at once; at the end plots and summary.md.
#
#   deploy/gpu/run.sh PROFILE OUT [--only load prefix …] [--quick] [--again] [--dry-run]
#     PROFILE  a name in deploy/gpu/profiles, or a file; every AISLE_MODEL_* of the environment goes before it
#     OUT      the folder of the results; what is there is not measured again
#   PYTHON=…   the interpreter that runs the benches (default: .venv/bin/python, else python3)
#   AISLE_MODEL_VLLM_PYTHON=…   the interpreter that has vLLM (default: PYTHON)
#   WHEELS=…   a folder that wheels.sh filled: installed into a temporary place first
#   AISLE_MODEL_PATH=…   the model's folder: without network a hub's name finds nothing
# If CUDA graphs fail, add --enforce-eager to AISLE_MODEL_EXTRA.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
project="$(cd "$here/../.." && pwd)"
if [ $# -lt 2 ]; then sed -n 's/^# \{0,1\}//p' "$0" | sed -n '2,16p' >&2; exit 2; fi
profile="$1" out="$2"
shift 2
[ -f "$profile" ] || profile="$here/profiles/${profile%.env}.env"
if [ ! -f "$profile" ]; then
  echo "there is no profile $profile: choose among $(cd "$here/profiles" && echo *.env)" >&2
  exit 2
fi
python="${PYTHON:-$project/.venv/bin/python}"
[ -x "$(command -v "$python")" ] || python=python3
if [ -n "${WHEELS:-}" ]; then
  site="$(mktemp -d)"
  trap 'rm -rf "$site"' EXIT
  "$python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --target "$site" "$WHEELS"/*.whl
  export PYTHONPATH="${PYTHONPATH:+$PYTHONPATH:}$site" # what vLLM was installed with goes first
fi
export PYTHONPATH="$project${PYTHONPATH:+:$PYTHONPATH}"
export AISLE_MODEL_VLLM_PYTHON="${AISLE_MODEL_VLLM_PYTHON:-$python}" HF_HUB_OFFLINE="${HF_HUB_OFFLINE:-1}"
"$python" -m eval.serving.gpu --profile "$profile" --out "$out" "$@"
