"""Which lists are read, and that a catalogue's size decides between exact search and lists."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import snapshot
from retrieval.build import build, open_snapshot
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.errors import IndexBroken
from retrieval.indexes import choosing
from retrieval.indexes.choosing import FLAT_TO, index_for, kind_of
from retrieval.indexes.faiss_ivf import FaissIvfIndex, lists_to_read
from retrieval.needs import Need
from tests.retrieval.shop_fixture import POLICIES, PRODUCTS


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.integers(1, 2000))
def test_lists_are_read_from_the_nearest_until_enough_allowed_rows_are_compared(held: list[int], enough: int) -> None:
    nearness = np.linspace(1, 0, len(held), dtype=np.float32)
    chosen = lists_to_read(nearness, np.array(held, dtype=np.int64), enough).tolist()
    assert chosen == sorted(chosen)
    assert all(held[one] for one in chosen)
    assert sum(held[one] for one in chosen) >= min(enough, sum(held))


def test_exact_search_serves_to_a_hundred_thousand_rows_and_lists_beyond() -> None:
    assert kind_of(index_for(FLAT_TO, 8)) == "faiss-flat"
    assert kind_of(index_for(FLAT_TO + 1, 8)) == "faiss-ivf-sq8"


@pytest.fixture
def with_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(choosing, "FLAT_TO", 3)
    monkeypatch.setattr("retrieval.build.index_for", lambda rows, dimensions: FaissIvfIndex(dimensions))
    build(PRODUCTS, POLICIES, tmp_path, HashingEmbedder())
    return tmp_path


def test_a_snapshot_with_lists_says_so_and_answers_like_the_exact_one(with_lists: Path, tmp_path: Path) -> None:
    assert snapshot.inspect(with_lists).index == "faiss-ivf-sq8"
    opened = open_snapshot(with_lists, HashingEmbedder())
    build(PRODUCTS, POLICIES, tmp_path / "exact", HashingEmbedder())
    exact = open_snapshot(tmp_path / "exact", HashingEmbedder())
    for text in ("tent for two", "red shoes", "merino", "WH-900X"):
        found, wanted = opened.find(Need(text=text)).products, exact.find(Need(text=text)).products
        assert found[0].id == wanted[0].id
    assert opened.similar(PRODUCTS[0].id)[0].id == exact.similar(PRODUCTS[0].id)[0].id


def test_live_changes_work_on_a_snapshot_with_lists(with_lists: Path) -> None:
    opened = open_snapshot(with_lists, HashingEmbedder())
    opened.apply((), [PRODUCTS[0].id])
    assert PRODUCTS[0].id not in [one.id for one in opened.find(Need(text="tent")).products]
    opened.apply([PRODUCTS[0]])
    assert PRODUCTS[0].id in [one.id for one in opened.find(Need(text="tent")).products]


def test_torn_lists_are_noticed_even_without_checksums(with_lists: Path) -> None:
    torn = next(with_lists.glob("snap-*/index.faiss"))
    torn.write_bytes(torn.read_bytes()[:40])
    with pytest.raises(IndexBroken):
        open_snapshot(with_lists, HashingEmbedder(), verify=False)
