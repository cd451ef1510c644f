"""Checkpoints of a run: written whole or not at all, the newest that is whole is gone on from.

A folder `step-000120` is filled under another name and renamed when it is complete, so that a process killed in the middle
leaves nothing that looks like a checkpoint. Above: `training`. Holds files only; what is in them is the training's.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"step-(\d{6})")
KEPT: Final = 2


def newest(folder: Path) -> tuple[int, Path] | None:
    """The last step that was kept, and where."""
    found = [(int(match.group(1)), path) for path in _inside(folder) if (match := _NAME.fullmatch(path.name))]
    return max(found, default=None)


def keep(folder: Path, step: int, fill: Callable[[Path], None]) -> Path:
    """Calls `fill` with an empty folder, makes it the checkpoint of `step`, and removes all but the newest ones."""
    draft = folder / f".step-{step:06d}.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    fill(draft)
    for path in draft.iterdir():
        _to_disk(path)
    target = folder / f"step-{step:06d}"
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    _to_disk(folder)
    _sweep(folder)
    return target


def _sweep(folder: Path) -> None:
    whole = sorted((path for path in _inside(folder) if _NAME.fullmatch(path.name)), reverse=True)
    left = [path for path in _inside(folder) if path.name.startswith(".step-")]
    for path in (*whole[KEPT:], *left):
        shutil.rmtree(path, ignore_errors=True)


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
