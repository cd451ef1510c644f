"""Reading the head of model files, whole and broken."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_serving.errors import ModelUnavailable
from model_serving.gguf_file import read_gguf


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def entry(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


ENTRIES = [
    entry("general.architecture", 8, text("llama")),
    entry("llama.block_count", 4, struct.pack("<I", 30)),
    entry("llama.embedding_length", 4, struct.pack("<I", 576)),
    entry("llama.attention.head_count", 4, struct.pack("<I", 9)),
    entry("llama.attention.head_count_kv", 4, struct.pack("<I", 3)),
    entry("tokens", 9, struct.pack("<IQ", 8, 2) + text("a") + text("b")),
    entry("scores", 9, struct.pack("<IQ", 6, 3) + b"\0" * 12),
]


def small_model(version: int = 3, kind: int = 3) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", version, 1, len(ENTRIES)) + b"".join(ENTRIES)
    tensor = text("blk.0.weight") + struct.pack("<IQQIQ", 2, 32, 1, kind, 0)
    return head + tensor + b"\0" * 64


def test_a_whole_file_tells_its_architecture_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "small.gguf"
    path.write_bytes(small_model())
    model = read_gguf(path)
    assert (model.architecture, model.values["tokens"], model.tensor_types) == ("llama", 2, {"blk.0.weight": 3})
    assert model.cache_bytes(4096) == 4096 * 30 * 3 * 64 * 2 * 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no GGUF"),
        (b"<!doctype html>", "no GGUF"),
        (b"GGUF", "broken"),
        (small_model()[:60], "broken"),
        (small_model()[:-64], "cut off"),
        (small_model(version=9), "version 9"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1 << 60), "broken"),
    ],
)
def test_a_broken_file_is_one_line_with_the_way_out(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=words) as refused:
        read_gguf(path)
    assert refused.value.way_out and "\n" not in str(refused.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.gguf", tmp_path):
        with pytest.raises(ModelUnavailable, match=r"cannot be read|is a folder"):
            read_gguf(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.integers(0, 200))
def test_random_bytes_are_refused_never_crash(tmp_path: Path, noise: bytes, kept: int) -> None:
    path = tmp_path / "noise.gguf"
    path.write_bytes(small_model()[: max(4, kept)] + noise)
    try:
        read_gguf(path)
    except ModelUnavailable as refused:
        assert refused.way_out
