"""Snapshots: what is built is what is opened; what is broken says so; what crashes changes nothing."""

from __future__ import annotations

import fcntl
from collections.abc import Sequence
from pathlib import Path

import pytest

from retrieval.build import build, in_memory, open_snapshot
from retrieval.constraints import Need, parse_need
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.errors import IndexBroken, IndexMismatch, IndexMissing, InvalidCatalogue
from retrieval.ports import Vectors
from retrieval.snapshot import inspect, sweep
from tests.retrieval.shop_fixture import POLICIES, PRODUCTS


def test_an_opened_index_answers_like_the_one_in_memory(tmp_path: Path) -> None:
    manifest = build(PRODUCTS, POLICIES, tmp_path, HashingEmbedder())
    opened, fresh = open_snapshot(tmp_path, HashingEmbedder()), in_memory(PRODUCTS, POLICIES, HashingEmbedder())
    assert (manifest.products, manifest.passages) == (len(PRODUCTS), 4)
    for text in ("tents under 200 in blue", "red shoes", "fj-20417", "cheapest jacket", "not wool", ""):
        need = parse_need(text, fresh.vocabulary)
        assert parse_need(text, opened.vocabulary) == need
        assert opened.find(need) == fresh.find(need)
    assert opened.find_policies("refund") == fresh.find_policies("refund")
    assert opened.product(PRODUCTS[0].id) == PRODUCTS[0]


def test_a_live_change_works_on_an_opened_index(tmp_path: Path) -> None:
    build(PRODUCTS[:4], POLICIES, tmp_path, HashingEmbedder())
    opened = open_snapshot(tmp_path, HashingEmbedder())
    opened.apply(PRODUCTS[4:], [PRODUCTS[0].id])
    assert opened.find(Need(text="merino sweater")).products[0].id == "w1"
    assert len(opened) == len(PRODUCTS) - 1


def test_the_newest_is_opened_and_two_are_kept(tmp_path: Path) -> None:
    for count in (3, 4, 5):
        build(PRODUCTS[:count], (), tmp_path, HashingEmbedder())
    assert inspect(tmp_path).products == 5
    assert inspect(tmp_path).generation == open_snapshot(tmp_path, HashingEmbedder()).generation == 3
    assert len(list(tmp_path.glob("snap-*"))) == 2


def test_what_a_killed_build_left_half_made_is_swept_unless_one_runs(tmp_path: Path) -> None:
    build(PRODUCTS, (), tmp_path, HashingEmbedder())
    half = tmp_path / "snap-00000002.tmp"
    half.mkdir()
    (half / "ids.json").write_text("[")
    with (tmp_path / "LOCK").open("w") as builder:
        fcntl.flock(builder, fcntl.LOCK_EX)
        sweep(tmp_path)
        assert half.exists()
    sweep(tmp_path)
    assert not half.exists() and inspect(tmp_path).generation == 1


def test_a_missing_index_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="aisle index build"):
        open_snapshot(tmp_path / "nowhere", HashingEmbedder())


def test_an_index_of_another_embedder_is_refused(tmp_path: Path) -> None:
    build(PRODUCTS, (), tmp_path, HashingEmbedder())
    with pytest.raises(IndexMismatch, match="hashing-128"):
        open_snapshot(tmp_path, HashingEmbedder(dimensions=128))


@pytest.mark.parametrize(
    "name", ["vectors.npy", "products.jsonl", "words.rows.npy", "vocabulary.json", "manifest.json"]
)
def test_a_torn_file_is_noticed_and_named(tmp_path: Path, name: str) -> None:
    build(PRODUCTS, POLICIES, tmp_path, HashingEmbedder())
    file = next(tmp_path.glob(f"snap-*/{name}"))
    file.write_bytes(file.read_bytes()[:-7])
    with pytest.raises(IndexBroken, match=name):
        open_snapshot(tmp_path, HashingEmbedder())


def test_a_missing_file_is_noticed_and_named(tmp_path: Path) -> None:
    build(PRODUCTS, POLICIES, tmp_path, HashingEmbedder())
    next(tmp_path.glob("snap-*/columns.price.npy")).unlink()
    with pytest.raises(IndexBroken, match=r"columns\.price\.npy"):
        open_snapshot(tmp_path, HashingEmbedder())


def test_an_id_used_twice_is_refused_and_the_old_index_stays(tmp_path: Path) -> None:
    build(PRODUCTS, (), tmp_path, HashingEmbedder())
    with pytest.raises(InvalidCatalogue, match="line 2: id 't1' is used twice"):
        build([PRODUCTS[0], PRODUCTS[0]], (), tmp_path, HashingEmbedder())
    assert inspect(tmp_path).products == len(PRODUCTS)


class Failing(HashingEmbedder):
    """Dies after some texts, as a killed process would."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.left -= len(texts)
        if self.left < 0:
            raise KeyboardInterrupt
        self.embedded += texts
        return super().embed(texts)


def test_a_build_that_dies_leaves_the_old_index_and_its_vectors_for_the_next(tmp_path: Path) -> None:
    build(PRODUCTS[:2], (), tmp_path, HashingEmbedder())
    with pytest.raises(KeyboardInterrupt):
        build(PRODUCTS, (), tmp_path, Failing(after=len(PRODUCTS)))
    assert inspect(tmp_path).products == 2
    again = Failing(after=1000)
    build(PRODUCTS, (), tmp_path, again)
    assert inspect(tmp_path).products == len(PRODUCTS)
    assert not set(again.embedded) & {f"{one.title}" for one in PRODUCTS}


def test_a_rebuild_embeds_only_what_changed(tmp_path: Path) -> None:
    build(PRODUCTS, POLICIES, tmp_path, HashingEmbedder())
    again = Failing(after=1000)
    build(PRODUCTS, POLICIES, tmp_path, again)
    assert again.embedded == []


def test_progress_is_told_stage_by_stage_and_reaches_its_end(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build(PRODUCTS, POLICIES, tmp_path, HashingEmbedder(), on_progress=lambda *step: told.append(step))
    last = {stage: (done, total) for stage, done, total in told}
    assert list(last) == [
        "embedding titles",
        "embedding descriptions",
        "embedding policies",
        "indexing words",
        "saving",
    ]
    assert all(done == total for done, total in last.values())
