"""Learning a linear ranker: what tells good from bad gets the weight, and crosswise gains decide on shipping."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from eval.command_line import eval_commands
from eval.retrieval.ranker_training import USED, Lesson, gains_on_both, trained
from retrieval.rerankers.linear import read_linear


def lesson(seed: int) -> Lesson:
    chance = np.random.default_rng(seed)
    features = chance.random((30, len(USED)))
    return Lesson(features=features, gains=2.0 * features[:, USED.index("phrases")], weights=np.full(30, 1 / 30))


def test_the_measure_that_tells_good_from_bad_gets_the_weight() -> None:
    weights = trained([lesson(seed) for seed in range(20)])
    assert max(weights, key=lambda name: abs(weights[name])) == "phrases"
    assert weights["phrases"] == pytest.approx(2.0, abs=0.1)


def test_nothing_is_learnt_from_nothing() -> None:
    assert set(trained([]).values()) == {0.0}


def test_a_ranker_that_gains_only_where_it_was_trained_is_not_shipped() -> None:
    assert gains_on_both({("a", "a"): 0.1, ("a", "b"): 0.01, ("b", "a"): 0.02, ("b", "b"): 0.1})
    assert not gains_on_both({("a", "a"): 0.1, ("a", "b"): -0.01, ("b", "a"): 0.02, ("b", "b"): 0.1})
    assert not gains_on_both({("a", "a"): 0.1})


def test_rankers_are_tried_crosswise_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        things = ["blue tent", "tent pegs", "red kettle", "kettle lid", "wool scarf"]
        (folder / "products.jsonl").write_text(
            "".join(json.dumps({"id": str(number), "title": thing}) + "\n" for number, thing in enumerate(things))
        )
        (folder / "queries.csv").write_text("query_id,query\nq1,tent\nq2,kettle\n")
        (folder / "labels.csv").write_text(
            "query_id,product_id,label\nq1,0,Exact\nq1,1,Irrelevant\nq2,2,Partial\nq2,3,Irrelevant\n"
        )
    out = tmp_path / "weights.json"
    typed = ["retrieval", "train-ranker", "--data", str(tmp_path / "one"), "--data", str(tmp_path / "two")]
    done = CliRunner().invoke(eval_commands, [*typed, "--work", str(tmp_path / "w"), "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert set(report["learnt"]) == {"one", "two"} and report["gains_on_the_others"] in (True, False)
    assert set(USED) <= set(read_linear(out).weights)
