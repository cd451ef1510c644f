"""The few parts of an ONNX file that are needed: its weights read, and a graph written (pure).

ONNX is protobuf (github.com/onnx/onnx, onnx.proto, IR version 9); field numbers below are from there. The package `onnx`
would do the same and weighs 85 MB. Above lies `minilm_graph`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]
_TYPES: Mapping[int, str] = {1: "<f4", 2: "|u1", 3: "|i1", 6: "<i4", 7: "<i8"}
_CODES = {np.dtype(name): code for code, name in _TYPES.items()}
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    kind: str
    inputs: Sequence[str]
    """Empty names stand for optional inputs that are left out."""
    outputs: Sequence[str]
    domain: str = ""
    attributes: Mapping[str, int | float] = field(default_factory=dict)


def weights(model: bytes) -> dict[str, Array]:
    """Arrays by name, of the types above; they lie in `model`'s memory. Raises ValueError where it is no ONNX file."""
    found: dict[str, Array] = {}
    try:
        for number, graph in _fields(memoryview(model)):
            if number == 7 and not isinstance(graph, int):
                found |= dict(_tensor(tensor) for part, tensor in _fields(graph) if part == 5)  # type: ignore[arg-type]
    except (IndexError, struct.error, KeyError, TypeError, UnicodeDecodeError) as error:
        raise ValueError("not an ONNX model") from error
    return found


def _tensor(message: memoryview) -> tuple[str, Array]:
    shape: list[int] = []
    kind, name, raw = 1, "", memoryview(b"")
    for number, value in _fields(message):
        if number == 1:
            shape += [value] if isinstance(value, int) else list(_varints(value))
        elif number == 2 and isinstance(value, int):
            kind = value
        elif number == 8 and not isinstance(value, int):
            name = bytes(value).decode()
        elif number == 9 and not isinstance(value, int):
            raw = value
    if kind not in _TYPES or not len(raw):
        # Constants of the old graph, which a new one does not need.
        return name, np.empty(0, dtype=np.float32)
    return name, np.frombuffer(raw, dtype=_TYPES[kind]).reshape(shape)


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        wire = key & 7
        if wire == _VARINT:
            value, place = _varint(message, place)
            yield key >> 3, value
            continue
        if wire == _BYTES:
            length, place = _varint(message, place)
        else:
            length = {_FIXED64: 8, _FIXED32: 4}[wire]
        if place + length > len(message):
            raise IndexError(place)
        yield key >> 3, message[place : place + length]
        place += length


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place


def _varints(message: memoryview) -> Iterator[int]:
    place = 0
    while place < len(message):
        value, place = _varint(message, place)
        yield value


def model_of(
    nodes: Sequence[Node],
    arrays: Mapping[str, Array],
    inputs: Mapping[str, np.dtype[np.generic]],
    outputs: Sequence[str],
    *,
    opset: int = 18,
) -> bytes:
    """A whole model; inputs and outputs have free shapes of two and of any dimensions, outputs are float32."""
    graph = b"".join(
        [
            *(_sized(1, _node(node)) for node in nodes),
            _sized(2, b"graph"),
            *(_sized(5, _written(name, array)) for name, array in arrays.items()),
            *(_sized(11, _value(name, _CODES[kind], 2)) for name, kind in inputs.items()),
            *(_sized(12, _value(name, 1, 3)) for name in outputs),
        ]
    )
    domains = (("", opset), ("com.microsoft", 1))
    opsets = b"".join(_sized(8, _sized(1, domain.encode()) + _number(2, version)) for domain, version in domains)
    return _number(1, 9) + _sized(7, graph) + opsets


def _node(node: Node) -> bytes:
    names = b"".join(
        [*(_sized(1, name.encode()) for name in node.inputs), *(_sized(2, n.encode()) for n in node.outputs)]
    )
    attributes = b"".join(_sized(5, _attribute(name, value)) for name, value in node.attributes.items())
    return names + _sized(4, node.kind.encode()) + attributes + _sized(7, node.domain.encode())


def _attribute(name: str, value: float) -> bytes:
    told = _sized(1, name.encode())
    if isinstance(value, int):
        return told + _number(3, value) + _number(20, 2)
    return told + _key(2, _FIXED32) + struct.pack("<f", value) + _number(20, 1)


def _written(name: str, array: Array) -> bytes:
    shape = b"".join(_number(1, length) for length in array.shape)
    return shape + _number(2, _CODES[array.dtype]) + _sized(8, name.encode()) + _sized(9, array.tobytes())


def _value(name: str, kind: int, dimensions: int) -> bytes:
    shape = b"".join(_sized(1, _sized(2, f"{name}_{place}".encode())) for place in range(dimensions))
    return _sized(1, name.encode()) + _sized(2, _sized(1, _number(1, kind) + _sized(2, shape)))


def _sized(number: int, content: bytes) -> bytes:
    return _key(number, _BYTES) + _variable(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _key(number, _VARINT) + _variable(value)


def _key(number: int, wire: int) -> bytes:
    return _variable(number << 3 | wire)


def _variable(value: int) -> bytes:
    # Negative numbers, which would take ten bytes, are not needed.
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
