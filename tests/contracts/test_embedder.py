"""What every Embedder promises. One suite over all adapters that can be loaded here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedders.choosing import choose_embedder
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.embedders.minilm import MiniLmEmbedder
from retrieval.errors import EmbedderUnavailable
from retrieval.ports import Embedder
from retrieval.settings import RetrievalSettings

TEXTS = ["a tent for two", "", "running shoes", "🏕️", "x" * 5000, "палатка"]


@pytest.fixture(scope="module", params=["hashing", "minilm"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return HashingEmbedder() if request.param == "hashing" else MiniLmEmbedder()


def test_every_text_gives_a_unit_vector_even_an_empty_one(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_a_text_gives_nearly_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert float(embedder.embed([text])[0] @ vector) > 0.98


def test_like_texts_are_nearer_than_unlike_ones(embedder: Embedder) -> None:
    tent, near, far = embedder.embed(["a tent for camping", "camping tent", "wireless computer mouse"])
    assert float(tent @ near) > float(tent @ far)


def test_threads_share_one_embedder(embedder: Embedder) -> None:
    alone = [embedder.embed([text])[0] for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        shared = list(pool.map(lambda text: embedder.embed([text])[0], TEXTS * 3))
    assert all(np.allclose(alone[place % len(TEXTS)], vector, atol=1e-5) for place, vector in enumerate(shared))


def test_the_name_tells_embedders_apart(embedder: Embedder) -> None:
    other = HashingEmbedder(dimensions=64)
    assert embedder.name != other.name


def test_a_broken_model_file_names_the_way_out(tmp_path: Path) -> None:
    broken = tmp_path / "model.onnx"
    broken.write_bytes(b"not a model")
    with pytest.raises(EmbedderUnavailable, match="pip install"):
        MiniLmEmbedder(model=broken)
    with pytest.raises(EmbedderUnavailable, match="pip install"):
        MiniLmEmbedder(tokenizer=broken)


def test_the_settings_choose_the_embedder() -> None:
    assert choose_embedder(RetrievalSettings(embedder="hashing")).name == "hashing-384"
    assert choose_embedder(RetrievalSettings(embedder="auto")).name.startswith("minilm")
