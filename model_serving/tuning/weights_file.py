"""Reads the weights that training leaves (safetensors) into numpy, without torch.

The format: eight bytes of length, that many of JSON (name -> dtype, shape, place), then the numbers. Source:
https://huggingface.co/docs/safetensors. bfloat16, which numpy has not, becomes float32. Above: `convert`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_serving.errors import ModelUnavailable

Weights = NDArray[np.float32]
LONGEST_HEADER = 64 << 20


def read_weights(path: Path) -> Mapping[str, Weights]:
    """Raises ModelUnavailable."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > LONGEST_HEADER:
                raise ValueError("no header")
            header = json.loads(file.read(length))
            numbers = file.read()
        return {name: _tensor(told, numbers) for name, told in header.items() if name != "__metadata__"}
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        raise ModelUnavailable(
            f"the adapter's weights {str(path)!r} cannot be read ({error})",
            way_out="train it anew, or name the folder that peft saved",
        ) from error


def _tensor(told: Mapping[str, Any], numbers: bytes) -> Weights:
    begin, end = told["data_offsets"]
    raw, shape = numbers[begin:end], tuple(told["shape"])
    match told["dtype"]:
        case "F32":
            found = np.frombuffer(raw, dtype="<f4")
        case "F16":
            found = np.frombuffer(raw, dtype="<f2")
        case "BF16":  # the upper half of a float32
            found = (np.frombuffer(raw, dtype="<u2").astype("<u4") << 16).view("<f4")
        case other:
            raise ValueError(f"numbers of type {other}")
    return found.astype(np.float32).reshape(shape)
