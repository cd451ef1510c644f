"""What every VectorIndex promises. One suite over all adapters."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import IndexMismatch
from retrieval.indexes.faiss_flat import FaissFlatIndex
from retrieval.indexes.faiss_ivf import FaissIvfIndex
from retrieval.ports import VectorIndex, Vectors

DIMENSIONS = 16
Make = Callable[[], VectorIndex]


ADAPTERS: dict[str, type[FaissFlatIndex] | type[FaissIvfIndex]] = {
    "faiss_flat": FaissFlatIndex,
    "faiss_ivf": FaissIvfIndex,
}
NEAR = {"faiss_flat": 1e-3, "faiss_ivf": 0.02}
"""How far a score may lie from the inner product: codes of 16 and of 8 bits round."""


@pytest.fixture(params=list(ADAPTERS))
def adapter(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make(adapter: str) -> Make:
    return lambda: ADAPTERS[adapter](DIMENSIONS)


def unit(rows: int, seed: int = 7) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(rows, DIMENSIONS)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def numbers(*ids: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(ids, dtype=np.int64)


def test_the_nearest_come_first_with_their_inner_product(make: Make, adapter: str) -> None:
    vectors = unit(50)
    index = make()
    index.add(np.arange(50, dtype=np.int64), vectors)
    ids, scores = index.search(vectors[7], 5)
    exact = np.argsort(-(vectors @ vectors[7]))[:5]
    assert ids.tolist() == exact.tolist()
    assert np.allclose(scores, (vectors @ vectors[7])[exact], atol=NEAR[adapter])


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01])
def test_a_filter_is_applied_before_the_search(make: Make, share: float) -> None:
    vectors = unit(1000)
    index = make()
    index.add(np.arange(1000, dtype=np.int64), vectors)
    allowed = np.random.default_rng(1).random(1000) < share
    allowed[3] = True
    ids, _ = index.search(vectors[0], 10, allowed=allowed)
    scores = np.where(allowed, vectors @ vectors[0], -2)
    exact = np.argsort(-scores)[: min(10, int(allowed.sum()))]
    assert allowed[ids].all()
    assert len(ids) == len(exact)
    assert len(set(ids.tolist()) & set(exact.tolist())) >= 0.9 * len(exact)


def test_nothing_allowed_finds_nothing(make: Make) -> None:
    index = make()
    index.add(numbers(0, 1), unit(2))
    ids, scores = index.search(unit(1)[0], 5, allowed=np.zeros(2, dtype=np.bool_))
    assert (len(ids), len(scores)) == (0, 0)


def test_an_empty_index_finds_nothing(make: Make) -> None:
    assert len(make().search(unit(1)[0], 5)[0]) == 0
    assert len(make()) == 0


def test_an_id_added_again_is_replaced(make: Make, adapter: str) -> None:
    first, second = unit(1, 1), unit(1, 2)
    index = make()
    index.add(numbers(4), first)
    index.add(numbers(4), second)
    assert len(index) == 1
    assert index.search(second[0], 1)[1][0] == pytest.approx(1.0, abs=NEAR[adapter])


def test_what_is_removed_is_not_found(make: Make) -> None:
    vectors = unit(5)
    index = make()
    index.add(np.arange(5, dtype=np.int64), vectors)
    index.remove(numbers(2, 99))
    assert len(index) == 4
    assert 2 not in index.search(vectors[2], 5)[0].tolist()


def test_ids_need_not_be_dense_and_the_filter_goes_by_id(make: Make) -> None:
    vectors = unit(2)
    index = make()
    index.add(numbers(10, 500), vectors)
    allowed = np.zeros(501, dtype=np.bool_)
    allowed[500] = True
    assert index.search(vectors[0], 5, allowed=allowed)[0].tolist() == [500]


def test_vectors_of_another_length_are_refused(make: Make) -> None:
    with pytest.raises(IndexMismatch):
        make().add(numbers(1), np.ones((1, DIMENSIONS + 1), dtype=np.float32))


def test_a_saved_index_answers_alike(make: Make, adapter: str, tmp_path: Path) -> None:
    vectors = unit(20)
    index = make()
    index.add(np.arange(20, dtype=np.int64), vectors)
    index.save(tmp_path / "index")
    loaded = ADAPTERS[adapter].load(tmp_path / "index", DIMENSIONS)
    loaded.add(numbers(20), unit(1, 3))
    loaded.remove(numbers(0))
    assert (
        loaded.search(vectors[5], 3)[0].tolist()
        == [i for i in index.search(vectors[5], 4)[0].tolist() if i not in (0, 20)][:3]
    )


def test_readers_go_on_while_one_writes(make: Make) -> None:
    vectors = unit(200)
    index = make()
    index.add(np.arange(100, dtype=np.int64), vectors[:100])

    def read(row: int) -> bool:
        return int(index.search(vectors[row], 1)[0][0]) == row

    with ThreadPoolExecutor(4) as pool:
        found = pool.map(read, [row % 100 for row in range(400)])
        for row in range(100, 200):
            index.add(numbers(row), vectors[row : row + 1])
        assert all(found)


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01])
def test_what_is_allowed_is_found_far_from_the_querys_topic_too(make: Make, share: float) -> None:
    vectors = unit(3000)
    index = make()
    index.add(np.arange(3000, dtype=np.int64), vectors)
    scores = vectors @ vectors[0]
    other = vectors[int(np.argmin(scores))]
    allowed = vectors @ other >= np.quantile(vectors @ other, 1 - share)
    exact = np.argsort(-np.where(allowed, scores, -2))[:10]
    ids, _ = index.search(vectors[0], 20, allowed=allowed)
    assert allowed[ids].all()
    assert len(set(ids.tolist()) & set(exact.tolist())) >= 9
