"""Whether a model fits a GPU, and how many conversations at once: arithmetic on its config.json, before anything is bought.

An estimate: weights as they lie on disk, keys and values of every layer for every token, a share that vLLM may use and
what it works in. What really fits is what `aisle models check` and `aisle bench serving` find.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_serving.errors import ModelUnavailable

GIB = 1 << 30
USABLE = 0.9
"""Of a GPU's memory, vLLM's default."""
WORKING = 2 * GIB
"""On each GPU: activations, graphs, the runtime. Grows with batch and model; measured by nobody here yet."""
BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "fp8": 1, "int8": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What decides memory. Counts, not bytes."""

    layers: int
    kv_heads: int
    head_size: int
    weights: int
    """Bytes."""
    longest: int
    """Tokens of context that the model was made for; 0 where it does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Bytes and counts over all GPUs together."""

    weights: int
    cache: int
    """Left for keys and values; below 0 the weights alone do not fit."""
    a_token: int
    tokens: int
    conversations: int
    """With each `tokens_each` long and nothing shared; a shared prefix leaves room for more."""

    @property
    def fits(self) -> bool:
        return self.conversations > 0


def read_shape(folder: Path) -> Shape:
    """Of a folder in the form of transformers. Raises ModelUnavailable."""
    try:
        told = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        told = told.get("text_config", told)
        heads = int(told["num_attention_heads"])
        shape = Shape(
            layers=int(told["num_hidden_layers"]),
            kv_heads=int(told.get("num_key_value_heads") or heads),
            head_size=int(told.get("head_dim") or int(told["hidden_size"]) // heads),
            weights=_weights(folder, told),
            longest=int(told.get("max_position_embeddings") or 0),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnavailable(
            f"{str(folder)!r} has no config.json that tells the model's shape",
            way_out="name a folder as transformers saves it",
        ) from error
    return shape


def _weights(folder: Path, told: Mapping[str, Any]) -> int:
    """On disk where they lie there, else of a dense transformer of this shape."""
    lying = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    if lying:
        return lying
    hidden, inner = int(told["hidden_size"]), int(told["intermediate_size"])
    heads = int(told["num_attention_heads"])
    size = int(told.get("head_dim") or hidden // heads)
    kv = int(told.get("num_key_value_heads") or heads)
    a_layer = hidden * size * (2 * heads + 2 * kv) + 3 * hidden * inner
    embeddings = int(told["vocab_size"]) * hidden * (1 if told.get("tie_word_embeddings") else 2)
    dtype = str(told.get("dtype") or told.get("torch_dtype") or "bfloat16")
    return (int(told["num_hidden_layers"]) * a_layer + embeddings) * BYTES.get(dtype, 2)


def plan(
    shape: Shape,
    *,
    gpu_bytes: int,
    gpus: int = 1,
    tokens_each: int = 2048,
    usable: float = USABLE,
    cache_dtype: str = "bfloat16",
) -> Plan:
    """gpu_bytes: of one GPU. cache_dtype: one of BYTES."""
    a_token = 2 * shape.layers * shape.kv_heads * shape.head_size * BYTES[cache_dtype]
    cache = int(gpus * (gpu_bytes * usable - WORKING)) - shape.weights
    tokens = max(0, cache // a_token)
    return Plan(weights=shape.weights, cache=cache, a_token=a_token, tokens=tokens, conversations=tokens // tokens_each)
