"""An adapter as peft saves it -> a GGUF file that llama.cpp puts on its base model. vLLM takes peft's folder as it is.

llama.cpp keeps the rows of a Llama's query and key weights in another order (pairs of a rotation side by side), so the
adapter's must be put into it too. Names and metadata as llama.cpp reads them: `blk.<layer>.<part>.weight.lora_a|b`,
`adapter.type`, `adapter.lora.alpha` (https://github.com/ggml-org/llama.cpp). Above: `aisle models convert`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from model_serving.errors import ModelUnavailable
from model_serving.gguf_file import read_gguf
from model_serving.tuning.weights_file import Weights, read_weights

_NAME: Final = re.compile(r".*\.layers\.(\d+)\.(?:self_attn|mlp)\.(\w+)\.lora_([AB])\.weight")
_PARTS: Final = {
    "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output",
    "gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down",
}  # fmt: skip
ARCHITECTURE: Final = "llama"


def convert(adapter: Path, base: Path, target: Path, *, about: Mapping[str, str] = {}) -> int:
    """Writes `target` and gives its size in bytes back. about: metadata such as general.license.

    adapter: peft's folder. base: the GGUF model that it was trained for. Raises ModelUnavailable for what cannot be
    put on that model.
    """
    from gguf import GGUFWriter

    settings, model = _settings(adapter), read_gguf(base)
    architecture = str(model.values.get("general.architecture", ""))
    if architecture != ARCHITECTURE:
        raise ModelUnavailable(
            f"{base.name} is of architecture {architecture!r}", way_out=f"convert works for {ARCHITECTURE!r}"
        )
    heads = int(model.values[f"{ARCHITECTURE}.attention.head_count"])
    groups = int(model.values.get(f"{ARCHITECTURE}.attention.head_count_kv", heads))
    tensors = _converted(read_weights(adapter / "adapter_model.safetensors"), heads, groups)
    if strange := {name.rpartition(".lora_")[0] for name in tensors} - set(model.tensor_types):
        raise ModelUnavailable(
            f"{base.name} has no {sorted(strange)[0]}", way_out="convert for the model that was trained"
        )
    draft = target.with_name(f".{target.name}.tmp")
    writer = GGUFWriter(str(draft), architecture)
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(settings["lora_alpha"]))
    for name, text in about.items():
        writer.add_string(name, text)
    for name, tensor in sorted(tensors.items()):
        writer.add_tensor(name, np.ascontiguousarray(tensor, dtype=np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    draft.replace(target)
    return target.stat().st_size


def _settings(adapter: Path) -> Mapping[str, Any]:
    path = adapter / "adapter_config.json"
    try:
        settings: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if settings["peft_type"] != "LORA" or settings.get("use_dora") or settings.get("use_rslora"):
            raise ValueError("it is no plain LoRA")
        float(settings["lora_alpha"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(
            f"{str(adapter)!r} is no adapter's folder ({error})",
            way_out="name the folder that `aisle models tune` made",
        ) from error
    return settings


def _converted(weights: Mapping[str, Weights], heads: int, groups: int) -> dict[str, Weights]:
    """Raises ModelUnavailable for a weight that has no place."""
    found: dict[str, Weights] = {}
    for name, tensor in weights.items():
        match = _NAME.fullmatch(name)
        if match is None or match.group(2) not in _PARTS:
            raise ModelUnavailable(
                f"the adapter has the weight {name!r}", way_out="only adapters of linear layers are converted"
            )
        layer, part, side = match.groups()
        if side == "B" and part in ("q_proj", "k_proj"):
            tensor = paired(tensor, heads if part == "q_proj" else groups)
        found[f"blk.{layer}.{_PARTS[part]}.weight.lora_{side.lower()}"] = tensor
    return found


def paired(rows: Weights, heads: int) -> Weights:
    """Rows of each head from "first halves, then second halves" to pairs side by side."""
    whole = rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:])
    return whole.swapaxes(1, 2).reshape(rows.shape)
