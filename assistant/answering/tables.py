"""Reads the tables of words that lie beside the code: YAML, by libyaml where it is there, which is ten times as fast."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_table(file: Path) -> Any:
    """Raises OSError, yaml.YAMLError."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)
