"""The key of confirmations outlives a restart, and damage is told."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.tools.sealing_key import KEY_FILE, SealingKeyUnreadable, kept_key


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    key = kept_key(tmp_path / "home")
    assert len(key) == 32 and kept_key(tmp_path / "home") == key
    assert stat.S_IMODE((tmp_path / "home" / KEY_FILE).stat().st_mode) == 0o600


def test_another_home_has_another_key(tmp_path: Path) -> None:
    assert kept_key(tmp_path / "a") != kept_key(tmp_path / "b")


def test_many_at_once_get_the_same_key_and_leave_nothing_behind(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(kept_key, [tmp_path] * 32))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("content", ["", "abcd", "not a key", "zz" * 32])
def test_a_damaged_key_is_told_with_the_way_out(tmp_path: Path, content: str) -> None:
    (tmp_path / KEY_FILE).write_text(content)
    with pytest.raises(SealingKeyUnreadable, match="remove it"):
        kept_key(tmp_path)
