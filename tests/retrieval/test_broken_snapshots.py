"""Whatever breaks, a whole index serves: the last good snapshot, and the old one after a crash at any step."""

from __future__ import annotations

import json
import logging
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval import snapshot
from retrieval.build import build, open_snapshot
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.errors import IndexBroken, IndexMismatch
from retrieval.needs import Need
from tests.retrieval.shop_fixture import POLICIES, PRODUCTS


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Generation 1 holds five products, generation 2 all of them."""
    build(PRODUCTS[:5], (), tmp_path, HashingEmbedder())
    build(PRODUCTS, POLICIES, tmp_path, HashingEmbedder())
    return tmp_path


@pytest.mark.parametrize("name", ["vectors.npy", "words.rows.npy", "manifest.json", "ids.order.npy", "passages.json"])
def test_the_last_good_one_serves_when_the_current_one_is_torn(
    two: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    torn = two / "snap-00000002" / name
    torn.write_bytes(torn.read_bytes()[:-7])
    with caplog.at_level(logging.WARNING):
        opened = open_snapshot(two, HashingEmbedder())
    assert (opened.generation, len(opened)) == (1, 5)
    assert opened.find(Need(text="tent")).products
    assert "generation 1 serves meanwhile" in caplog.text
    assert "aisle index build" in caplog.text


def test_whoever_would_rather_build_anew_is_told_that_it_is_broken(two: Path) -> None:
    (two / "snap-00000002" / "ids.order.npy").unlink()
    with pytest.raises(IndexBroken, match=r"ids\.order"):
        open_snapshot(two, HashingEmbedder(), fall_back=False)


def test_a_pointer_to_nothing_leads_to_the_newest_that_is_whole(two: Path) -> None:
    (two / "CURRENT").write_text("snap-00000009")
    assert open_snapshot(two, HashingEmbedder()).generation == 2


def test_when_none_is_whole_the_current_ones_fault_is_told(two: Path) -> None:
    for torn in two.glob("snap-*/ids.letters.npy"):
        torn.unlink()
    with pytest.raises(IndexBroken, match="snap-00000002"):
        open_snapshot(two, HashingEmbedder())


def test_a_snapshot_of_another_format_is_no_way_back(two: Path) -> None:
    manifest = two / "snap-00000001" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 1}))
    (two / "snap-00000002" / "ids.order.npy").unlink()
    with pytest.raises(IndexBroken):
        open_snapshot(two, HashingEmbedder())
    (two / "CURRENT").write_text("snap-00000001")
    with pytest.raises(IndexMismatch, match="format 1"):
        open_snapshot(two, HashingEmbedder())


def test_the_manifest_says_which_index_was_chosen(two: Path) -> None:
    assert snapshot.inspect(two).index == "faiss-flat"


KILLED_AT = """
import os, signal, sys
from pathlib import Path
from retrieval import snapshot
from retrieval.build import build
from retrieval.embedders.hashing import HashingEmbedder
from tests.retrieval.shop_fixture import POLICIES, PRODUCTS

def dying(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)

place, step = sys.argv[2].split(":")
if place == "snapshot":
    setattr(snapshot, step, dying)
else:
    setattr(Path, step, dying)
build(PRODUCTS, POLICIES, Path(sys.argv[1]), HashingEmbedder())
"""


@pytest.mark.parametrize(
    "step",
    ["snapshot:_write_rest", "snapshot:_finish", "snapshot:_sync", "snapshot:_publish", "Path:rename", "Path:replace"],
)
def test_a_build_killed_at_any_step_leaves_the_old_one_serving_and_the_next_build_works(
    tmp_path: Path, step: str
) -> None:
    build(PRODUCTS[:5], (), tmp_path, HashingEmbedder())
    done = subprocess.run([sys.executable, "-c", KILLED_AT, str(tmp_path), step], cwd=Path.cwd(), check=False)
    assert done.returncode == -signal.SIGKILL
    opened = open_snapshot(tmp_path, HashingEmbedder())
    assert (opened.generation, len(opened)) == (1, 5)
    build(PRODUCTS, POLICIES, tmp_path, HashingEmbedder())
    assert len(open_snapshot(tmp_path, HashingEmbedder())) == len(PRODUCTS)
    assert not list(tmp_path.glob("*.tmp"))


def test_a_reader_goes_on_when_its_files_are_swept_away(two: Path) -> None:
    opened = open_snapshot(two, HashingEmbedder())
    before = opened.find(Need(text="tent"))
    shutil.rmtree(two / "snap-00000002")
    assert opened.find(Need(text="tent")) == before


def test_the_number_of_open_files_does_not_grow_with_every_opening(two: Path) -> None:
    def held() -> int:
        folder = Path("/proc/self/fd")
        return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0

    open_snapshot(two, HashingEmbedder())
    before = held()
    for _ in range(5):
        open_snapshot(two, HashingEmbedder())
    assert held() <= before + 2
