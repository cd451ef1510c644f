"""The shape of the tree: imports point down, modules stay small, and names say what is in them."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("assistant", "retrieval", "model_serving", "channels", "eval")
MOST_LINES = 400
NO_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "base", "core"})
ROOMS = """
    assistant/events.py assistant/conversation.py assistant/assistant.py assistant/turn.py assistant/identity.py
    assistant/signals.py assistant/ports.py assistant/settings.py assistant/bootstrap.py assistant/errors.py
    assistant/understanding assistant/flows assistant/tools assistant/answering assistant/stores assistant/buses
    assistant/shops assistant/understanding/commands.py assistant/understanding/rules assistant/answering/grounding.py
    assistant/answering/writer.py assistant/answering/prompt.py assistant/answering/templates assistant/answering/cards.py
    retrieval/catalogue.py retrieval/policies.py retrieval/constraints.py retrieval/lexical.py retrieval/fusion.py
    retrieval/retriever.py retrieval/snapshot.py retrieval/build.py retrieval/ports.py retrieval/indexes
    retrieval/embedders retrieval/settings.py retrieval/errors.py model_serving/chat.py model_serving/ports.py
    model_serving/admission.py model_serving/router.py model_serving/engines model_serving/language_models
    model_serving/settings.py model_serving/errors.py channels/channel.py channels/app.py channels/delivery.py
    channels/problems.py channels/rest.py channels/socket.py channels/health.py channels/edge/auth.py channels/web_chat
    channels/settings.py channels/errors.py tests/contracts tests/journeys tests/ui tests/shape
"""
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_layers_of_imports_are_kept() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert linted.returncode == 0, linted.stdout[-3000:]


def test_the_linter_watches_every_package_in_the_order_of_the_architecture() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert set(settings["root_packages"]) == set(PACKAGES)
    layers = next(contract["layers"] for contract in settings["contracts"] if contract["type"] == "layers")
    assert layers == ["eval", "channels", "assistant", "retrieval | model_serving"]


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    long = {name(path): lines for path in MODULES if (lines := _lines(path)) > MOST_LINES}
    assert long == {}


def test_most_modules_are_short() -> None:
    sizes = sorted(filter(None, map(_lines, MODULES)))
    assert sizes[len(sizes) // 2] <= 150


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_or_folder_is_named_after_nothing() -> None:
    named = {part for path in MODULES for part in (*path.relative_to(ROOT).parent.parts, path.stem)}
    assert not named & NO_NAMES


@pytest.mark.parametrize("room", ROOMS.split())
def test_the_rooms_of_the_architecture_exist(room: str) -> None:
    assert (ROOT / room).exists()


def test_every_module_says_what_it_is() -> None:
    silent = [
        name(path) for path in MODULES if _lines(path) and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_only_bootstrap_makes_adapters_of_the_assistant() -> None:
    """No core module imports a store, a bus or a SQL shop, whatever the linter's list says."""
    adapters = (
        "assistant.stores",
        "assistant.buses",
        "assistant.shops.sql",
        "retrieval.embedders",
        "retrieval.indexes",
    )
    core = [
        p
        for p in MODULES
        if name(p).startswith(("assistant/flows/", "assistant/understanding/", "assistant/answering/"))
    ]
    guilty = [(name(p), module) for p in core for module in _imports(p) if module.startswith(adapters)]
    assert guilty == []


def _imports(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    plain = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return plain + [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]


def test_nothing_of_the_heavy_libraries_is_imported_by_the_core() -> None:
    """Importing the product must not import torch or its kin; nor may it read a model."""
    code = "import sys, assistant.bootstrap, channels.app; print({'torch', 'transformers', 'vllm'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_no_file_of_the_project_names_the_machine_it_was_written_on() -> None:
    watched = [*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    forbidden = "/".join(("", "work", ""))  # put together, so that this line does not find itself
    assert [name(path) for path in watched if path.exists() and forbidden in path.read_text("utf-8")] == []
