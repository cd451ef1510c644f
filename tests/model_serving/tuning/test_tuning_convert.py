"""Conversion: names, numbers and order of rows as llama.cpp reads them; and the real engine speaks otherwise with an adapter."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path

import anyio
import httpx
import numpy as np
import pytest
from gguf import GGUFReader, GGUFWriter

from model_serving.engines import llama_cpp
from model_serving.engines.child import watched
from model_serving.errors import ModelError, ModelUnavailable
from model_serving.gguf_file import read_gguf
from model_serving.tuning.convert import convert, paired
from model_serving.tuning.weights_file import Weights, read_weights
from model_serving.weights import packaged_model

HEADS, GROUPS, WIDTH = 4, 2, 32
SIZES = {"q_proj": (WIDTH, WIDTH), "k_proj": (WIDTH, WIDTH // 2), "up_proj": (WIDTH, 48)}
PREFIX = "base_model.model.model.layers.0"


def numbers(tensor: Weights, dtype: str) -> bytes:
    whole = tensor.astype("<f4")
    return (whole.view("<u4") >> 16).astype("<u2").tobytes() if dtype == "BF16" else whole.tobytes()


def saved(path: Path, tensors: Mapping[str, Weights], dtype: str = "F32") -> None:
    """A safetensors file, as its specification has it."""
    parts = {name: numbers(tensor, dtype) for name, tensor in tensors.items()}
    header, place = {}, 0
    for name, raw in parts.items():
        header[name] = {"dtype": dtype, "shape": tensors[name].shape, "data_offsets": [place, place + len(raw)]}
        place += len(raw)
    told = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(told)) + told + b"".join(parts.values()))


def adapter(folder: Path, sizes: Mapping[str, tuple[int, int]] = SIZES, layers: int = 1, scale: float = 1.0) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "lora_alpha": 16, "r": 2}))
    rng = np.random.default_rng(1)
    tensors: dict[str, Weights] = {}
    for layer in range(layers):
        for part, (into, out) in sizes.items():
            where = f"base_model.model.model.layers.{layer}.{'mlp' if 'up' in part else 'self_attn'}.{part}"
            tensors[f"{where}.lora_A.weight"] = rng.normal(size=(2, into)).astype(np.float32) / into**0.5
            tensors[f"{where}.lora_B.weight"] = scale * rng.normal(size=(out, 2)).astype(np.float32)
    saved(folder / "adapter_model.safetensors", tensors)
    return folder


def base(path: Path, names: tuple[str, ...] = ("attn_q", "attn_k", "ffn_up")) -> Path:
    writer = GGUFWriter(str(path), "llama")
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(GROUPS)
    for name in names:
        writer.add_tensor(f"blk.0.{name}.weight", np.zeros((WIDTH, WIDTH), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_the_file_has_the_names_shapes_and_numbers_that_the_engine_reads(tmp_path: Path) -> None:
    source = adapter(tmp_path / "adapter")

    size = convert(source, base(tmp_path / "base.gguf"), tmp_path / "a.gguf", about={"general.license": "apache-2.0"})

    made = read_gguf(tmp_path / "a.gguf")
    assert size == made.size
    assert made.values["general.type"] == "adapter"
    assert made.values["adapter.type"] == "lora"
    assert made.values["adapter.lora.alpha"] == 16.0
    assert made.values["general.license"] == "apache-2.0"
    tensors = {tensor.name: tensor.data for tensor in GGUFReader(str(tmp_path / "a.gguf")).tensors}
    before = read_weights(source / "adapter_model.safetensors")
    assert set(tensors) == {
        f"blk.0.{part}.weight.lora_{side}" for part in ("attn_q", "attn_k", "ffn_up") for side in "ab"
    }
    np.testing.assert_allclose(
        tensors["blk.0.ffn_up.weight.lora_b"], before[f"{PREFIX}.mlp.up_proj.lora_B.weight"], rtol=1e-2
    )
    np.testing.assert_allclose(
        tensors["blk.0.attn_q.weight.lora_a"], before[f"{PREFIX}.self_attn.q_proj.lora_A.weight"], rtol=1e-2
    )


def test_queries_and_keys_in_the_engines_order_meet_as_they_did() -> None:
    """transformers turns halves of a head against each other, llama.cpp neighbours: with rows put in order it is the same."""
    rng = np.random.default_rng(2)
    rows, halves = rng.normal(size=(2, 16)).astype(np.float32), 4
    angles = np.arange(halves) + 0.5

    def by_halves(vector: Weights) -> Weights:
        first, second = vector.reshape(2, 2, halves).swapaxes(0, 1)
        turned = first * np.cos(angles) - second * np.sin(angles), second * np.cos(angles) + first * np.sin(angles)
        return np.stack(turned, axis=1).reshape(-1)

    def by_neighbours(vector: Weights) -> Weights:
        first, second = vector.reshape(2, halves, 2).transpose(2, 0, 1)
        turned = first * np.cos(angles) - second * np.sin(angles), second * np.cos(angles) + first * np.sin(angles)
        return np.stack(turned, axis=2).reshape(-1)

    query, key = rows
    ordered = [paired(vector.reshape(-1, 1), 2).reshape(-1) for vector in rows]
    assert by_halves(query) @ by_halves(key) == pytest.approx(
        by_neighbours(ordered[0]) @ by_neighbours(ordered[1]), rel=1e-5
    )


def test_weights_of_bfloat16_are_read(tmp_path: Path) -> None:
    saved(tmp_path / "w.safetensors", {"a": np.array([[1.5, -2.0]], dtype=np.float32)}, dtype="BF16")

    assert read_weights(tmp_path / "w.safetensors")["a"].tolist() == [[1.5, -2.0]]


def test_what_is_no_adapter_or_another_models_is_refused_with_a_way_out(tmp_path: Path) -> None:
    whole = base(tmp_path / "base.gguf")
    with pytest.raises(ModelUnavailable, match="aisle models tune"):
        convert(tmp_path / "nothing", whole, tmp_path / "a.gguf")

    small = base(tmp_path / "small.gguf", names=("attn_q",))
    with pytest.raises(ModelUnavailable, match="the model that was trained"):
        convert(adapter(tmp_path / "adapter"), small, tmp_path / "a.gguf")

    (tmp_path / "adapter" / "adapter_model.safetensors").write_bytes(b"\x05\x00")
    with pytest.raises(ModelUnavailable, match="train it anew"):
        convert(tmp_path / "adapter", whole, tmp_path / "a.gguf")
    assert not (tmp_path / "a.gguf").exists()


def packaged() -> Path | None:
    try:
        return packaged_model() if llama_cpp.package_installed() else None
    except ModelError:
        return None


async def probabilities(model: Path, adapters: tuple[Path, ...], folder: Path) -> tuple[dict[str, float], list[str]]:
    """Of the next words, and the adapters that the engine names."""
    options = llama_cpp.LlamaCppOptions(model=model, alias="m", api_key="k", adapters=adapters, context=256, slots=1)
    async with watched(
        llama_cpp.launch(options), log_path=folder / "engine.log", on_change=lambda line: None
    ) as process:
        await process.wait_ready(timeout=90)
        async with httpx.AsyncClient(timeout=60, headers={"Authorization": "Bearer k"}) as client:
            asked = {
                "prompt": "The shop sells tents, and the best one is",
                "n_predict": 1,
                "temperature": 0,
                "n_probs": 5,
            }
            answer = (await client.post(f"{process.address}/completion", json=asked)).json()
            loaded = (await client.get(f"{process.address}/lora-adapters")).json()
    told = {one["token"]: one["logprob"] for one in answer["completion_probabilities"][0]["top_logprobs"]}
    return told, [one["path"] for one in loaded]


@pytest.mark.slow
@pytest.mark.anyio
@pytest.mark.skipif(packaged() is None, reason="needs xllamacpp and the packaged model")
async def test_the_real_engine_puts_an_adapter_on_its_model(tmp_path: Path) -> None:
    model = packaged()
    assert model is not None
    sizes = {"q_proj": (576, 576), "k_proj": (576, 192), "up_proj": (576, 1536)}
    made = {}
    for name, scale in (("none", 0.0), ("some", 0.3)):
        source = adapter(tmp_path / name, sizes, layers=30, scale=scale)
        made[name] = tmp_path / f"{name}.gguf"
        await anyio.to_thread.run_sync(convert, source, model, made[name])

    bare, _ = await probabilities(model, (), tmp_path)
    same, loaded = await probabilities(model, (made["none"],), tmp_path)
    other, _ = await probabilities(model, (made["some"],), tmp_path)

    assert loaded == [str(made["none"])]
    assert same == pytest.approx(bare, abs=0.02)
    assert other.keys() != bare.keys() or other != pytest.approx(bare, abs=0.1)
