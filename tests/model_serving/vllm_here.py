"""Where the real vLLM is, for the tests that need it: `make test-vllm` puts it there and runs them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from model_serving.settings import ModelSettings

ROOT = Path(__file__).resolve().parents[2]
PYTHON = Path(os.environ.get("AISLE_TEST_VLLM_PYTHON", ROOT / ".venv-vllm" / "bin" / "python"))
MODEL = Path(os.environ.get("AISLE_TEST_VLLM_MODEL", ROOT / ".venv-vllm" / "smollm2"))
"""The packaged SmolLM2-135M, unpacked by scripts/unpack_gguf.py."""
NEEDS_VLLM = (
    pytest.mark.vllm,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (PYTHON.exists() and MODEL.exists()), reason="vLLM is not here: `make test-vllm` installs it"
    ),
)


def vllm_settings(**more: object) -> ModelSettings:
    """vLLM on two cores: no compilation, few sequences, one GiB of cache (AISLE_MODEL_EXTRA as a shop would write it)."""
    chosen: dict[str, object] = {
        "engine": "vllm",
        "path": str(MODEL),
        "vllm_python": str(PYTHON),
        "dtype": "bfloat16",
        "context": 2048,
        "kv_cache_gib": 1,
        "extra": "--enforce-eager --max-num-seqs 8",
    }
    return ModelSettings(**{**chosen, **more})  # type: ignore[arg-type]
