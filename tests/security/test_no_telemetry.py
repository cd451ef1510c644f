"""Nothing tells anybody elsewhere that it runs here: what libraries would send is switched off before they are loaded."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("assistant", "channels", "eval", "model_serving", "retrieval")
SILENCING = {"model_serving", "retrieval"}
"""Their `__init__` does it."""
OPENS_A_MODEL = """
import {first}
from retrieval.embedders.minilm import MiniLmEmbedder
MiniLmEmbedder()
"""


def fresh(home: Path) -> dict[str, str]:
    """An environment as on a shop's machine: no word of a CI or of a test run, which would silence the library by themselves."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("first", ["retrieval", "model_serving"])
def test_onnxruntime_leaves_no_identity_and_no_letters_behind(first: str, tmp_path: Path) -> None:
    code = OPENS_A_MODEL.format(first=first)
    subprocess.run([sys.executable, "-c", code], env=fresh(tmp_path), check=True, capture_output=True, timeout=60)
    assert not list(tmp_path.rglob("*onnxruntime*"))


def test_who_loads_onnxruntime_has_silenced_it_first() -> None:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    loaders = {file: first for file in files if (first := _loads_before(file)) is not None}
    assert len(loaders) >= 4
    for file, first in loaders.items():
        assert {file.relative_to(ROOT).parts[0], *first} & SILENCING, file


def _loads_before(file: Path) -> set[str] | None:
    """The packages that are there when this file loads onnxruntime; None: it does not."""
    text = file.read_text(encoding="utf-8")
    if "import onnxruntime" not in text:
        return None
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom)]
    return {(node.module or "").split(".")[0] for node in nodes}
