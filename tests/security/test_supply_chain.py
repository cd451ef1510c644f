"""What is installed is what was locked: one version each, with hashes of every file; nothing from elsewhere than PyPI."""

from __future__ import annotations

import re
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from model_serving import speech_weights
from retrieval.embedders import minilm, multilingual

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-weights.lock")


def entries(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return [one for one in re.split(r"\n(?=\S)", text.strip()) if not one.startswith("#")]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_one_version_and_hashes(name: str) -> None:
    for entry in entries(name):
        assert re.match(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+ ", entry), entry[:80]
        assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", entry)) >= 1, entry[:80]
        assert "://" not in entry and "@ " not in entry


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["scale"], *extras["otel"], *extras["analytics"]]
    names = {re.match(r"[A-Za-z0-9._-]+", one)[0].lower().replace("_", "-").replace(".", "-") for one in wanted}  # type: ignore[index]
    locked = {re.match(r"[a-z0-9-]+", entry)[0] for entry in entries("requirements.lock")}  # type: ignore[index]
    assert names <= locked, f"scripts/lock.sh was not run since these were added: {sorted(names - locked)}"


def test_every_package_of_weights_is_locked() -> None:
    asked = set(re.findall(r'"([a-z0-9-]+)>=', (ROOT / "scripts/install_weights.sh").read_text(encoding="utf-8")))
    assert asked == {entry.split("==")[0] for entry in entries("requirements-weights.lock")}


LOOKED = {"name": "a", "version": "1", "vulns": []}
KNOWN = {"name": "b", "version": "2", "vulns": [{"id": "CVE-0"}]}
SKIPPED = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "code"),
    [([LOOKED], 0), ([LOOKED, KNOWN], 1), ([KNOWN, SKIPPED], 1), ([LOOKED, SKIPPED], 3), ([SKIPPED], 3), ([], 3)],
)
def test_packages_that_nobody_looked_at_are_not_called_well(packages: list[dict[str, object]], code: int) -> None:
    assert of_scripts("audit").judged({"dependencies": packages})[0] == code


def test_weights_are_known_by_their_hash() -> None:
    """Where a model is read by several files or rewritten, its module holds the SHA-256 and checks it at opening."""
    for module in (speech_weights, minilm, multilingual):
        assert re.search(r'"[0-9a-f]{64}"', Path(module.__file__ or "").read_text(encoding="utf-8")), module.__name__


def of_scripts(name: str) -> ModuleType:
    spec = spec_from_file_location(name, ROOT / "scripts/security" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_bill_names_a_licence_for_every_package_or_is_not_written() -> None:
    completed = of_scripts("bill").completed
    installed = {"components": [{"name": "Some_Package", "licenses": [{"license": {"id": "MIT"}}]}]}
    locked = {"components": [{"name": "some-package", "version": "1", "description": "requirements line 1"}]}
    (one,) = completed(locked, installed)["components"]
    assert one == {"name": "some-package", "version": "1", "licenses": [{"license": {"id": "MIT"}}]}
    with pytest.raises(LookupError, match="other says no licence"):
        completed({"components": [{"name": "other"}]}, installed)
