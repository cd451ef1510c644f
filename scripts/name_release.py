"""Names a release: the version wherever it stands, and CHANGELOG.md's "Unreleased" under its number and day.

scripts/release.sh VERSION calls it. The one source is pyproject.toml; the other places are written, never read, and
tests/deploy/test_release_naming.py finds one that says something else. Changes nothing when one of them is not as it should be.
"""

from __future__ import annotations

import re
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

UNRELEASED = "## [Unreleased]\n"
NUMBER = r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?"
PLACES = {
    "pyproject.toml": rf'(?m)^version = "({NUMBER})"$',
    "channels/client/pyproject.toml": rf'(?m)^version = "({NUMBER})"$',
    "deploy/kubernetes/base/kustomization.yaml": rf"newTag: ({NUMBER})\b",
    "deploy/README.md": rf"\baisle[:-]({NUMBER})\b",
    "docs/tutorial/install.md": rf"\baisle-({NUMBER})-py3",
}
"""Where the version stands, as the one group of a pattern."""


class NotNamed(Exception):
    pass


def named(folder: Path, version: str, day: str) -> dict[Path, str]:
    """The files' new texts."""
    if not re.fullmatch(NUMBER, version):
        raise NotNamed(f"{version!r} is no version such as 1.2.3 or 1.2.3rc1")
    texts = {folder / name: _renumbered(folder / name, pattern, version) for name, pattern in PLACES.items()}
    changelog = folder / "CHANGELOG.md"
    return {**texts, changelog: _dated(changelog.read_text(encoding="utf-8"), version, day)}


def _renumbered(file: Path, pattern: str, version: str) -> str:
    text = file.read_text(encoding="utf-8")
    told, count = re.subn(pattern, lambda found: found[0].replace(found[1], version), text)
    if not count:
        raise NotNamed(f"{file} no longer says a version where it did: correct PLACES in {Path(__file__).name}")
    return told


def _dated(changelog: str, version: str, day: str) -> str:
    before, heading, after = changelog.partition(UNRELEASED)
    if not heading:
        raise NotNamed("CHANGELOG.md has no section [Unreleased]")
    if f"## [{version}]" in changelog:
        raise NotNamed(f"CHANGELOG.md names {version} already")
    if not re.split(r"(?m)^## ", after)[0].strip():
        raise NotNamed("nothing stands under [Unreleased]: there is nothing to release")
    return f"{before}{UNRELEASED}\n## [{version}] - {day}\n{after}"


def present(folder: Path) -> dict[str, set[str]]:
    """What each place says now."""
    return {
        name: set(re.findall(pattern, (folder / name).read_text(encoding="utf-8"))) for name, pattern in PLACES.items()
    }


def main() -> int:
    if len(sys.argv) != 2:
        sys.exit("usage: scripts/name_release.py VERSION")
    folder = Path(__file__).parents[1]
    try:
        texts = named(folder, sys.argv[1], f"{datetime.now(UTC):%Y-%m-%d}")
    except NotNamed as trouble:
        sys.exit(str(trouble))
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{file.relative_to(folder)}\n")
    was = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    sys.stderr.write(f"- named {was}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
