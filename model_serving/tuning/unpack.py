"""A GGUF model as the folder that training and vLLM load: `python -m model_serving.tuning.unpack MODEL.gguf FOLDER`.

The weights are what the GGUF's quantisation left of them: an adapter for the embedded model is trained on just those.
`aisle models tune` runs it in the environment that has the extra `tuning`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from model_serving.errors import ModelError
from model_serving.tuning.settings import without_torch


def unpack(source: Path, folder: Path) -> None:
    """Writes config, weights in bfloat16 and tokenizer. Raises ModelUnavailable without the extra, OSError."""
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError as error:
        raise without_torch(error) from error
    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(
        source.parent, gguf_file=source.name, dtype=torch.bfloat16, local_files_only=True
    )
    model.hf_quantizer = None  # it is quantised no longer, and transformers refuses to save what it thinks is
    model.quantization_method = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m model_serving.tuning.unpack MODEL.gguf FOLDER\n")
        return 2
    try:
        unpack(Path(arguments[0]), Path(arguments[1]))
    except (ModelError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
