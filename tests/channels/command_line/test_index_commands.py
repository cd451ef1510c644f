"""`aisle index search` and `explain`: what is found, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from channels.command_line.errors import CommandError
from channels.command_line.index import index_commands
from retrieval.build import build
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.errors import IndexMissing
from tests.retrieval.shop_fixture import POLICIES, PRODUCTS


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")
    build(PRODUCTS, POLICIES, tmp_path / "index", HashingEmbedder())
    return tmp_path


def told(home: Path, *arguments: str) -> str:
    result = CliRunner().invoke(index_commands, [*arguments, "--home", str(home)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_search_shows_what_was_understood_and_why_each_hit_is_there(home: Path) -> None:
    report = json.loads(told(home, "search", "blue tent under 200", "--json"))
    assert "price <= 200" in report["filters"]
    hit = report["hits"][0]
    assert (hit["id"], hit["why"]["fails"], hit["why"]["by_meaning"]) == ("t1", [], False)
    assert "title" in hit["why"]["words"]["tent"]
    assert "price <= 200" in hit["why"]["meets"]


def test_a_search_is_told_in_lines_for_people(home: Path) -> None:
    shown = told(home, "search", "blue tent under 200")
    assert "price <= 200" in shown and "[t1]" in shown and "title" in shown


def test_a_product_that_is_not_found_is_explained_by_what_it_fails(home: Path) -> None:
    report = json.loads(told(home, "explain", "blue tent under 200", "t2", "--json"))
    hit = report["hits"][0]
    assert str(hit["place"]).startswith("not among")
    assert {"price <= 200", "colour is blue"} & set(hit["why"]["fails"])


def test_a_word_said_another_way_is_shown_as_such(home: Path) -> None:
    words = json.loads(told(home, "explain", "rucksack", "b1", "--json"))["hits"][0]["why"]["words"]
    assert any("as" in place for place in words.get("rucksack", [])) or "backpack" in str(words)


def test_an_unknown_product_is_told_with_the_way_out(home: Path) -> None:
    with pytest.raises(CommandError, match="aisle index search"):
        told(home, "explain", "tent", "nope")


def test_a_missing_index_is_told_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")
    with pytest.raises(IndexMissing, match="aisle index build"):
        told(tmp_path, "search", "tent")


def test_inspect_says_which_index_was_chosen_and_why(home: Path) -> None:
    assert "exact search (flat)" in told(home, "inspect")
