"""Checkpoints: whole or not there, and the newest is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from model_serving.tuning.checkpoints import KEPT, keep, newest


def fill(folder: Path) -> None:
    (folder / "state").write_text("whole")


def test_the_newest_whole_checkpoint_is_found_and_old_ones_go(tmp_path: Path) -> None:
    assert newest(tmp_path / "none") is None
    for step in (10, 20, 30):
        keep(tmp_path, step, fill)

    assert newest(tmp_path) == (30, tmp_path / "step-000030")
    assert len(list(tmp_path.iterdir())) == KEPT


def test_a_checkpoint_that_breaks_off_leaves_the_one_before(tmp_path: Path) -> None:
    keep(tmp_path, 10, fill)

    def break_off(folder: Path) -> None:
        (folder / "state").write_text("hal")
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        keep(tmp_path, 20, break_off)

    assert newest(tmp_path) == (10, tmp_path / "step-000010")
    keep(tmp_path, 30, fill)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
