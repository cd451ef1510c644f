"""Arithmetic of a model's memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model_serving.errors import ModelUnavailable
from model_serving.memory_plan import GIB, WORKING, Shape, plan, read_shape

EIGHT_BILLION = {
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "vocab_size": 128256,
    "max_position_embeddings": 131072,
    "torch_dtype": "bfloat16",
}


def folder_with(tmp_path: Path, told: object) -> Path:
    (tmp_path / "config.json").write_text(json.dumps(told))
    return tmp_path


def test_a_dense_models_weights_follow_from_its_shape(tmp_path: Path) -> None:
    shape = read_shape(folder_with(tmp_path, EIGHT_BILLION))
    assert shape.weights == pytest.approx(16.06e9, rel=0.01)
    assert (shape.layers, shape.kv_heads, shape.head_size, shape.longest) == (32, 8, 128, 131072)


def test_weights_that_lie_there_are_weighed(tmp_path: Path) -> None:
    (tmp_path / "model-1.safetensors").write_bytes(b"x" * 1000)
    assert read_shape(folder_with(tmp_path, EIGHT_BILLION)).weights == 1000


def test_a_token_costs_keys_and_values_of_every_layer(tmp_path: Path) -> None:
    found = plan(read_shape(folder_with(tmp_path, EIGHT_BILLION)), gpu_bytes=80 * GIB)
    assert found.a_token == 2 * 32 * 8 * 128 * 2 == 131072
    assert found.cache == int(80 * GIB * 0.9) - WORKING - found.weights
    assert found.conversations == found.cache // found.a_token // 2048
    assert found.fits


def test_a_smaller_number_format_of_the_cache_holds_twice_as_much(tmp_path: Path) -> None:
    shape = read_shape(folder_with(tmp_path, EIGHT_BILLION))
    wide = plan(shape, gpu_bytes=80 * GIB)
    narrow = plan(shape, gpu_bytes=80 * GIB, cache_dtype="fp8")
    assert narrow.tokens == pytest.approx(2 * wide.tokens, abs=1)


def test_what_does_not_fit_is_said() -> None:
    shape = Shape(layers=80, kv_heads=8, head_size=128, weights=141 * 10**9, longest=0)
    assert not plan(shape, gpu_bytes=80 * GIB).fits
    assert plan(shape, gpu_bytes=80 * GIB, gpus=4).fits


@pytest.mark.parametrize("told", [{}, [], {"num_hidden_layers": "many"}, {"num_hidden_layers": 1}])
def test_a_config_that_tells_nothing_is_one_clear_line(tmp_path: Path, told: object) -> None:
    with pytest.raises(ModelUnavailable, match=r"config\.json"):
        read_shape(folder_with(tmp_path, told))
    with pytest.raises(ModelUnavailable, match=r"config\.json"):
        read_shape(tmp_path / "nowhere")
