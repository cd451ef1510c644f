"""Whisper's weights as CTranslate2 keeps them, under the names that openai-whisper gives them: lossless, without torch.

The file's form is CTranslate2's binary version 6 (python/ctranslate2/specs/model_spec.py of its repository): names, shapes and
bytes of each variable, then aliases. Q, K and V lie fused there, and K and V of the cross attention; they are split again.
Above: `openai_whisper`. Below: numpy.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_serving.errors import ModelUnavailable

Tensor = NDArray[Any]
VERSION = 6
_TYPES: Mapping[int, type[np.generic]] = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


def read_variables(folder: Path) -> Mapping[str, Tensor]:
    """Every variable of a model.bin. Raises ModelUnavailable for what is no such file, or quantised."""
    try:
        data = (folder / "model.bin").read_bytes()
        return dict(_variables(memoryview(data)))
    except (OSError, struct.error, ValueError, KeyError, UnicodeDecodeError) as broken:
        raise ModelUnavailable(
            f"no Whisper weights of CTranslate2 (float16 or float32) lie at {str(folder)!r}",
            way_out="install them anew",
        ) from broken


def _variables(data: memoryview) -> Iterator[tuple[str, Tensor]]:
    at = 0

    def number(form: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(f"<{form}", data, at)
        at += struct.calcsize(f"<{form}")
        return int(value)

    def name() -> str:
        nonlocal at
        length = number("H")
        text = bytes(data[at : at + length - 1]).decode()
        at += length
        return text

    if number("I") != VERSION:
        raise ValueError("another binary version")
    name()
    number("I")
    found: dict[str, Tensor] = {}
    for _ in range(number("I")):
        variable = name()
        shape = [number("I") for _ in range(number("B"))]
        kind, size = _TYPES[number("B")], number("I")
        if size > len(data) - at:
            raise ValueError("the file was cut")
        found[variable] = np.frombuffer(data[at : at + size], dtype=kind).reshape(shape)
        at += size
    for _ in range(number("I")):
        alias = name()
        found[alias] = found[name()]
    if any(tensor.ndim > 1 and np.issubdtype(tensor.dtype, np.integer) for tensor in found.values()):
        raise ValueError("quantised")
    yield from found.items()


def openai_state(variables: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state dict of whisper.model.Whisper, in the precision of the file. Raises ModelUnavailable for another network."""
    try:
        state = dict(_tower(variables, "encoder")) | dict(_tower(variables, "decoder"))
        for number in (1, 2):
            for part in ("weight", "bias"):
                state[f"encoder.conv{number}.{part}"] = variables[f"encoder/conv{number}/{part}"]
        state["encoder.positional_embedding"] = variables["encoder/position_encodings/encodings"]
        state["decoder.positional_embedding"] = variables["decoder/position_encodings/encodings"]
        state["decoder.token_embedding.weight"] = variables["decoder/embeddings/weight"]
        state |= _norm(variables, "encoder/layer_norm", "encoder.ln_post")
        state |= _norm(variables, "decoder/layer_norm", "decoder.ln")
    except KeyError as missing:
        raise ModelUnavailable(f"the weights have no {missing}", way_out="they are no Whisper model") from missing
    return state


def _tower(variables: Mapping[str, Tensor], side: str) -> Iterator[tuple[str, Tensor]]:
    count = 1 + max(int(found[1]) for name in variables if (found := re.match(rf"{side}/layer_(\d+)/", name)))
    for number in range(count):
        here, there = f"{side}/layer_{number}", f"{side}.blocks.{number}"
        yield from _attention(variables, f"{here}/self_attention", f"{there}.attn", fused=3)
        if side == "decoder":
            yield from _attention(variables, f"{here}/attention", f"{there}.cross_attn", fused=2)
        yield from _norm(variables, f"{here}/ffn/layer_norm", f"{there}.mlp_ln").items()
        for linear, place in (("linear_0", 0), ("linear_1", 2)):
            for part in ("weight", "bias"):
                yield f"{there}.mlp.{place}.{part}", variables[f"{here}/ffn/{linear}/{part}"]


def _attention(variables: Mapping[str, Tensor], here: str, there: str, *, fused: int) -> Iterator[tuple[str, Tensor]]:
    """fused: of 3, linear_0 is Q, K and V; of 2, linear_0 is Q and linear_1 is K and V. Keys have no bias in Whisper."""
    yield from _norm(variables, f"{here}/layer_norm", f"{there}_ln").items()
    mixed = "linear_0" if fused == 3 else "linear_1"
    weights = np.split(variables[f"{here}/{mixed}/weight"], fused)
    biases = np.split(variables[f"{here}/{mixed}/bias"], fused)
    if np.any(biases[-2]):
        raise ModelUnavailable("the keys of the attention have a bias", way_out="they are no Whisper model")
    if fused == 3:
        yield f"{there}.query.weight", weights[0]
        yield f"{there}.query.bias", biases[0]
    else:
        yield f"{there}.query.weight", variables[f"{here}/linear_0/weight"]
        yield f"{there}.query.bias", variables[f"{here}/linear_0/bias"]
    yield f"{there}.key.weight", weights[-2]
    yield f"{there}.value.weight", weights[-1]
    yield f"{there}.value.bias", biases[-1]
    out = "linear_1" if fused == 3 else "linear_2"
    yield f"{there}.out.weight", variables[f"{here}/{out}/weight"]
    yield f"{there}.out.bias", variables[f"{here}/{out}/bias"]


def _norm(variables: Mapping[str, Tensor], here: str, there: str) -> dict[str, Tensor]:
    return {f"{there}.weight": variables[f"{here}/gamma"], f"{there}.bias": variables[f"{here}/beta"]}


def dimensions(variables: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> dict[str, int]:
    """As whisper.model.ModelDimensions takes them."""

    def layers(side: str) -> int:
        return 1 + max(int(found[1]) for name in state if (found := re.match(rf"{side}\.blocks\.(\d+)\.", name)))

    vocabulary, width = state["decoder.token_embedding.weight"].shape
    heads = width // 64
    return {
        "n_mels": int(state["encoder.conv1.weight"].shape[1]),
        "n_audio_ctx": int(state["encoder.positional_embedding"].shape[0]),
        "n_audio_state": int(width), "n_audio_head": heads, "n_audio_layer": layers("encoder"),
        "n_vocab": int(vocabulary),
        "n_text_ctx": int(state["decoder.positional_embedding"].shape[0]),
        "n_text_state": int(width), "n_text_head": heads, "n_text_layer": layers("decoder"),
    }  # fmt: skip


def alignment_heads(folder: Path) -> list[list[int]]:
    """[layer, head] of those that follow the sound; empty where the file tells none."""
    try:
        return list(json.loads((folder / "config.json").read_text(encoding="utf-8")).get("alignment_heads", []))
    except (OSError, ValueError):
        return []
