"""Every package that our code imports is one that we ask for by name: none is there by the grace of another that brings it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("assistant", "channels", "eval", "model_serving", "retrieval")
ELSEWHERE = {
    "chainlit": "a peer's own environment: eval/load/peers",
    "socketio": "a peer's own environment: eval/load/peers",
    "tau2": "the benchmark's own environment, which imports us",
    "peft": "extra tuning",
    "sentence_transformers": "extra gpu",
    "torch": "extra gpu or tuning",
    "transformers": "extra gpu or tuning",
    "whisper": "extra gpu",
}
"""Not installed with the core or for development, with the place that brings it."""


def named() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["scale"], *extras["otel"], *extras["analytics"]]
    return {normal(re.match(r"[A-Za-z0-9._-]+", one)[0]) for one in wanted}  # type: ignore[index]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> Iterator[tuple[str, Path]]:
    for file in (file for package in OURS for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((one.name.split(".")[0], file) for one in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                yield node.module.split(".")[0], file


def test_what_is_imported_is_asked_for_by_name():
    brought, asked = packages_distributions(), named()
    lacking = {
        f"{module} ({file.relative_to(ROOT)})"
        for module, file in imported()
        if module not in sys.stdlib_module_names and module not in OURS and module not in ELSEWHERE
        and not {normal(one) for one in brought.get(module, ())} & asked
    }  # fmt: skip
    assert lacking == set()
