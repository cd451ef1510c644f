"""A release has one number, wherever it stands; what was not released yet comes under it, once."""

from __future__ import annotations

import shutil
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
spec = spec_from_file_location("name_release", ROOT / "scripts" / "name_release.py")
assert spec is not None and spec.loader is not None
name_release = module_from_spec(spec)
spec.loader.exec_module(name_release)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (*name_release.PLACES, "CHANGELOG.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n\n### Added\n- This.\n", encoding="utf-8")
    return tmp_path


def test_every_place_says_the_version_of_the_project():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert set(map(frozenset, name_release.present(ROOT).values())) == {frozenset({version})}


def test_a_release_gets_its_number_everywhere_and_its_day(tree: Path):
    for file, text in name_release.named(tree, "9.8.7rc1", "2030-01-02").items():
        file.write_text(text, encoding="utf-8")
    assert set(map(frozenset, name_release.present(tree).values())) == {frozenset({"9.8.7rc1"})}
    told = (tree / "CHANGELOG.md").read_text(encoding="utf-8")
    assert told == "# Changelog\n\n## [Unreleased]\n\n## [9.8.7rc1] - 2030-01-02\n\n### Added\n- This.\n"


@pytest.mark.parametrize("version", ["1.2", "v1.2.3", "1.2.3 ", ""])
def test_what_is_no_version_is_refused(tree: Path, version: str):
    with pytest.raises(name_release.NotNamed, match="no version such as"):
        name_release.named(tree, version, "2030-01-02")


def test_nothing_new_is_no_release(tree: Path):
    (tree / "CHANGELOG.md").write_text("## [Unreleased]\n\n## [1.0.0] - 2020-01-01\n- That.\n", encoding="utf-8")
    with pytest.raises(name_release.NotNamed, match="nothing to release"):
        name_release.named(tree, "9.8.7", "2030-01-02")


def test_no_number_is_given_twice(tree: Path):
    (tree / "CHANGELOG.md").write_text("## [Unreleased]\n- This.\n\n## [9.8.7] - 2020-01-01\n", encoding="utf-8")
    with pytest.raises(name_release.NotNamed, match="already"):
        name_release.named(tree, "9.8.7", "2030-01-02")
