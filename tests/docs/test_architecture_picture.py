"""The picture of the packages in docs/architecture.md is the tree's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_picture_shows_the_rooms_that_there_are():
    done = subprocess.run(
        [sys.executable, "scripts/write_architecture.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
