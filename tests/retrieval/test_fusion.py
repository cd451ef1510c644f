"""Fusion and what nearness adds: scores stay in their range, and what lies together rises together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.fusion import fused, normalised, reciprocal_ranks, smoothed

SCORES = st.lists(st.floats(-1, 5, width=32), min_size=1, max_size=40)


def column(values: list[float]) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


def unit(rows: int, seed: int = 3) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(rows, 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@given(SCORES)
def test_normalised_scores_are_shares_of_the_best(values: list[float]) -> None:
    found = normalised(column(values))
    assert found.min() >= 0 and found.max() <= 1
    assert found.max() == (1 if max(values) > 0 else 0)


@given(SCORES, st.floats(0, 1))
def test_fused_scores_stay_between_nothing_and_one(values: list[float], weight: float) -> None:
    found = fused(column(values), column(values[::-1]), lexical_weight=weight)
    assert found.min() >= 0 and found.max() <= 1 + 1e-6


@given(SCORES)
def test_a_score_smoothed_over_neighbours_lies_among_the_scores(values: list[float]) -> None:
    scores = np.abs(column(values))
    found = smoothed(unit(len(values)), scores, nearest=5)
    assert found.shape == scores.shape
    assert found.min() >= 0 and found.max() <= scores.max() + 1e-4


def test_a_product_beside_good_ones_is_smoothed_above_one_beside_bad_ones() -> None:
    close, far = np.eye(2, dtype=np.float32)
    vectors = np.stack([close, close, close, far, far, far])
    found = smoothed(vectors, column([0.9, 0.8, 0.3, 0.4, 0.1, 0.1]), nearest=2)
    assert found[2] > found[3]


def test_ranks_are_fused_where_scores_mean_nothing() -> None:
    assert [item for item, _ in reciprocal_ranks([["a", "b"], ["b", "c"]])] == ["b", "a", "c"]
