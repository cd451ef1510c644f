"""docs/security.md names tests that exist, and every item of the lists that it maps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w./-]+)`", PAGE)))


@pytest.mark.parametrize("path", NAMED)
def test_what_the_page_names_exists(path: str) -> None:
    assert (ROOT / path).exists(), f"docs/security.md names {path}, which is not there"


@pytest.mark.parametrize(
    "item",
    [
        *(f"LLM{number:02}" for number in range(1, 11)),
        *(f"S{number}" for number in range(1, 18)),
        *("4.4.1", "8.2.2", "8.3.2", "8.3.3", "2.3.1", "2.3.3", "2.4.1", "7.4.2"),
    ],
)
def test_every_item_has_a_row(item: str) -> None:
    assert re.search(rf"^\| [^|]*{re.escape(item)}\b", PAGE, re.MULTILINE), f"docs/security.md has no row for {item}"


def test_a_weakness_can_be_reported() -> None:
    told = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for heading in ("## Report a weakness", "## Supported versions", "## In scope"):
        assert heading in told
