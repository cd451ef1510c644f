"""The measures of retrieval by hand-made rankings, and the script on a set of three products."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from eval.retrieval.quality import measure, ndcg, recall
from retrieval.embedders.hashing import HashingEmbedder

GAINS = {"a": 1.0, "b": 0.5, "c": 0.0}


def test_the_ideal_ranking_scores_one_and_an_empty_one_zero() -> None:
    assert ndcg(["a", "b", "c"], GAINS) == pytest.approx(1.0)
    assert ndcg([], GAINS) == 0.0
    assert ndcg(["a"], {}) == 0.0


def test_gains_are_linear_and_discounted_by_the_logarithm_of_the_rank() -> None:
    ideal = 1 + 0.5 / math.log2(3)
    assert ndcg(["b", "x", "a"], GAINS) == pytest.approx((0.5 + 1 / math.log2(4)) / ideal)


def test_recall_counts_partly_relevant_ones_and_is_undefined_without_any() -> None:
    assert recall(["b", "x"], GAINS) == 0.5
    assert math.isnan(recall(["a"], {"a": 0.0}))


def test_a_set_in_the_public_layout_is_measured(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    rows = ('{"id": "1", "title": "blue tent"}', '{"id": "2", "title": "red kettle", "price": 9.5, "colour": "Red"}')
    (folder / "products.jsonl").write_text("\n".join(rows))
    (folder / "queries.csv").write_text("query_id,query\nq1,tent\nq2,kettle\n")
    (folder / "labels.csv").write_text("query_id,product_id,label\nq1,1,Exact\nq2,2,Partial\nq2,1,Irrelevant\n")
    result = measure(folder, tmp_path / "work", HashingEmbedder())
    assert (result["ndcg@10"], result["recall@100"], result["products"]) == (1.0, 1.0, 2)
