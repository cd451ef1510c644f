"""Sums by row: the same as over whole columns, and nothing of one query is left for the next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.lexical import Bm25, Query, index
from retrieval.tally import Tallies

WORDS = ["red", "blue", "tent", "shoe", "lamp", "oak"]
DOCUMENTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6), min_size=1, max_size=40)
WAY = st.tuples(
    st.lists(st.sampled_from([*WORDS, "unknown"]), min_size=1, max_size=3, unique=True).map(tuple),
    st.sampled_from([1.0, 0.8, 0.25]),
)
QUERIES = st.lists(st.lists(st.lists(WAY, min_size=1, max_size=3), max_size=4), min_size=1, max_size=3)


def _over_columns(words: Bm25, query: Query) -> NDArray[np.float32]:
    total = np.zeros(words.rows, dtype=np.float32)
    for ways in query:
        best = np.zeros(words.rows, dtype=np.float32)
        for terms, weight in ways:
            one = np.zeros(words.rows, dtype=np.float32)
            for term in terms:
                rows, weights = words.postings.of(term)
                one[rows] += weights
            best = np.maximum(best, one * np.float32(weight))
        total += best
    return total


@given(DOCUMENTS, QUERIES)
def test_scores_are_those_summed_over_whole_columns_query_after_query(
    documents: Sequence[Sequence[str]], queries: Sequence[Query]
) -> None:
    words, _ = index(documents)
    for query in queries:
        assert np.allclose(words.scores(query), _over_columns(words, query), atol=1e-5)


@given(DOCUMENTS, QUERIES, st.integers(1, 12), st.integers(0, 2**40))
def test_the_best_are_the_greatest_of_the_allowed_sums(
    documents: Sequence[Sequence[str]], queries: Sequence[Query], k: int, seed: int
) -> None:
    words, _ = index(documents)
    allowed = np.random.default_rng(seed).random(words.rows) < 0.7
    wanted = np.where(allowed, _over_columns(words, queries[0]), 0.0)
    with words.tally(queries[0]) as sums:
        found = sums.best(k, allowed)
    assert len(set(found.tolist())) == len(found) == min(k, int((wanted > 0).sum()))
    assert np.allclose(np.sort(wanted[found]), np.sort(wanted)[::-1][: len(found)][::-1], atol=1e-5)


def test_of_many_sums_the_greatest_are_found_by_a_sample_too() -> None:
    dice = np.random.default_rng(1)
    rows = np.sort(dice.choice(200_000, 90_000, replace=False)).astype(np.int32)
    weights = dice.random(90_000).astype(np.float16)
    with Tallies(200_000).one() as sums:
        sums.add(rows, weights)
        sums.add(rows[::2], weights[::2])
        assert np.allclose(np.sort(sums.total[sums.best(100)]), np.sort(sums.total)[-100:])


def test_sums_are_clear_for_the_next_query_whatever_was_touched() -> None:
    tallies = Tallies(1000)
    for rows in (np.arange(3, dtype=np.int32), np.arange(900, dtype=np.int32)):
        with tallies.one() as sums:
            assert not sums.total.any()
            sums.add(rows, np.ones(len(rows), dtype=np.float32))
    with tallies.one() as sums:
        assert not sums.total.any()
