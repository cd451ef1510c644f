"""Rerankers: what they are given, what they may change, and how they say that they are missing."""

from __future__ import annotations

import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.build import in_memory
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.errors import RerankerUnavailable
from retrieval.needs import Need
from retrieval.ports import FEATURES, Reranker
from retrieval.rerankers.choosing import choose_reranker
from retrieval.rerankers.cross_encoder import CrossEncoderReranker, load_cross_encoder
from retrieval.rerankers.linear import LinearReranker, read_linear, write_linear
from retrieval.retriever import Retriever
from retrieval.settings import RetrievalSettings
from tests.retrieval.shop_fixture import PRODUCTS


class LongestFirst:
    """A model that likes long texts and notes what it was asked."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def predict(self, pairs: Sequence[tuple[str, str]], /, *, batch_size: int, show_progress_bar: bool) -> Any:
        self.pairs = list(pairs)
        return [[len(text)] for _, text in pairs]


def shop(reranker: Reranker | None, **settings: Any) -> Retriever:
    return in_memory(PRODUCTS, (), HashingEmbedder(), settings=RetrievalSettings(**settings), reranker=reranker)


def ids(retriever: Retriever, text: str, k: int = 10) -> list[str]:
    return [str(one.id) for one in retriever.find(Need(text=text), k=k).products]


def test_a_cross_encoder_reads_query_and_products_and_decides_where_it_has_all_the_weight() -> None:
    model = LongestFirst()
    found = shop(CrossEncoderReranker(model, "fake"), reranker_weight=1.0).find(Need(text="waterproof tent"))
    assert {query for query, _ in model.pairs} == {"waterproof tent"}
    lengths = {text.split(".")[0]: len(text) for _, text in model.pairs}
    told = [
        lengths.get(one.title, next((n for t, n in lengths.items() if t.endswith(one.title)), 0))
        for one in found.products
    ]
    assert told == sorted(told, reverse=True)


def test_a_reranker_without_weight_changes_nothing_and_scores_still_fall() -> None:
    plain, found = shop(None), shop(CrossEncoderReranker(LongestFirst(), "fake"), reranker_weight=0.0)
    assert ids(plain, "waterproof tent") == ids(found, "waterproof tent")
    scores = [one.score for one in shop(CrossEncoderReranker(LongestFirst(), "f")).find(Need(text="tent")).products]
    assert scores == sorted(scores, reverse=True)


def test_only_the_first_places_are_looked_at_again() -> None:
    model = LongestFirst()
    retriever = shop(CrossEncoderReranker(model, "fake"), reranked_places=2, reranker_weight=1.0)
    assert ids(shop(None), "tent")[2:] == ids(retriever, "tent")[2:]
    assert len(model.pairs) == 2


def test_an_order_that_was_asked_for_is_left_alone() -> None:
    model = LongestFirst()
    retriever = shop(CrossEncoderReranker(model, "fake"), reranker_weight=1.0)
    retriever.find(Need(text="tent", sort="price_ascending"))
    assert model.pairs == []


def test_a_linear_ranker_weighs_what_the_search_measured() -> None:
    features = np.zeros((3, len(FEATURES)), dtype=np.float32)
    features[:, FEATURES.index("phrases")] = [0.0, 1.0, 0.5]
    found: NDArray[np.float64] = LinearReranker({"phrases": 2.0}).scores("any", features)
    assert found.tolist() == [0.0, 2.0, 1.0]


def test_weights_outlive_their_file_and_are_chosen_by_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    write_linear(path, {"words": 0.5})
    assert read_linear(path).weights["words"] == 0.5
    chosen = choose_reranker(RetrievalSettings(reranker="linear", reranker_model=str(path)))
    assert chosen is not None and chosen.name == "linear:weights.json"
    assert choose_reranker(RetrievalSettings()) is None


@pytest.mark.parametrize("content", [None, b"{", b'{"words": "much"}', b'{"luck": 1.0}', b"\xff\xfe"])
def test_weights_that_cannot_be_used_are_refused_with_the_way_out(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "weights.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RerankerUnavailable, match=r"linear.*(AISLE_RETRIEVAL_RERANKER_MODEL|known are)"):
        read_linear(path)


def test_a_linear_ranker_without_a_file_says_which_setting_is_missing() -> None:
    with pytest.raises(RerankerUnavailable, match="AISLE_RETRIEVAL_RERANKER_MODEL"):
        choose_reranker(RetrievalSettings(reranker="linear"))


def test_a_missing_package_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(RerankerUnavailable, match=r"pip install 'aisle\[gpu\]'"):
        choose_reranker(RetrievalSettings(reranker="cross-encoder"))


def test_missing_weights_are_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    library = types.ModuleType("sentence_transformers")

    def refusing(model: str, device: str | None = None) -> Any:
        raise OSError(f"{model} is not a local folder")

    library.CrossEncoder = refusing  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", library)
    with pytest.raises(RerankerUnavailable, match=r"nowhere is not a local folder.*AISLE_RETRIEVAL_RERANKER_MODEL"):
        load_cross_encoder("nowhere")


def test_what_a_score_is_made_of_can_be_asked_for() -> None:
    found = shop(None).find(Need(text="waterproof tent"), measured=True)
    first = found.measures[found.products[0].id]
    assert set(first) == set(FEATURES) and 0 < first["words"] <= 1
    assert shop(None).find(Need(text="waterproof tent")).measures == {}
