"""The comparison with peers: what is given, and how runs become figures. The peers themselves are not installed here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.peers import prepared
from eval.peers.comparison import _figures, known
from eval.peers.prepared import Given
from eval.peers.searching import DEPTHS
from eval.retrieval.product_search import SearchSet
from tests.retrieval.shop_fixture import PRODUCTS

SET = SearchSet(
    name="small",
    products=PRODUCTS,
    queries={"1": "tent", "2": "lamp"},
    gains={"1": {"a": 1.0, "b": 0.5}, "2": {"c": 1.0}},
)


def _run(first: str, milliseconds: float) -> dict[str, Any]:
    rankings = [[first, "b"], ["c"]]
    asked = {"rankings": rankings, "without": [milliseconds] * 2, "with_our_encoder": [milliseconds + 1] * 2}
    kept = {"ingest_cpu_s": 1.0, "memory_mib": 100, "of_it_for_the_index_mib": 10}
    return {**kept, **{f"top{depth}": {**asked, "with_our_encoder_alone": [1.0, 1.0]} for depth in DEPTHS}}


def test_what_is_written_for_the_peers_is_read_again(tmp_path: Path) -> None:
    given = Given(
        ids=["a", "b"],
        texts=["a tent", "a lamp"],
        vectors=np.eye(2, dtype=np.float32),
        queries=["tent"],
        query_vectors=np.ones((1, 2), dtype=np.float32),
    )
    prepared.write(given, tmp_path)
    read = prepared.read(tmp_path)
    assert (read.ids, read.texts, read.queries) == (given.ids, given.texts, given.queries)
    assert (read.vectors == given.vectors).all() and (read.query_vectors == given.query_vectors).all()


def test_ours_is_compared_with_the_peer_of_the_best_quality_not_the_slowest() -> None:
    runs = {"aisle": _run("a", 1.0), "txtai": _run("a", 3.0), "lancedb": _run("z", 30.0)}
    figures = _figures(SET, runs)
    against = figures["ours_against_the_best"]["top10"]
    assert against["peer"] == "txtai"
    assert against["ndcg@10_more"] == 0.0
    assert against["times_its_without_p50"] == 3.0
    assert against["times_its_with_our_encoder_p50"] == 2.0
    assert figures["systems"]["aisle"]["top100"]["recall@100"] == 1.0
    assert json.dumps(figures)


def test_ours_runs_first_and_an_unknown_system_is_refused() -> None:
    assert known(["txtai", "aisle"])[0] == "aisle"
    with pytest.raises(KeyError):
        known(["nobody"])
