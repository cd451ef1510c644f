"""docs/settings.md says what the code says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_of_settings_is_written_from_the_code_as_it_is() -> None:
    checked = subprocess.run(
        [sys.executable, "scripts/write_settings.py", "--check"], cwd=ROOT, env={"PYTHONPATH": "."}, check=False
    )
    assert checked.returncode == 0, "run `PYTHONPATH=. python scripts/write_settings.py`"
