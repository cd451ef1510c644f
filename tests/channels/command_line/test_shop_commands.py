"""`aisle shop`: what a person at a terminal sees, with exit codes, and never a traceback for their mistake."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from assistant.shops.sql import SqlShop
from channels.command_line.shop import commands_of_shop, shop_commands

GOOD = "id,title,price,currency\na,Tent,249,EUR\nb,Mug,,EUR\n"
BAD = 'id,title,price,currency\na,Tent,249,EUR\nb,Mug,"12,5O",EUR\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AISLE_HOME", raising=False)
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "bad.csv").write_text(BAD)
    yield tmp_path


def aisle_shop(*words: str) -> Result:
    result = CliRunner().invoke(shop_commands, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def titles(folder: Path) -> list[str]:
    shop = SqlShop.open(folder / "shop.db", create=False)
    found = [product.title for product in shop.all_products()]
    shop.close()
    return found


def test_import_says_what_came_in_and_what_to_do_next(folder: Path) -> None:
    result = aisle_shop("import", "good.csv")
    assert result.exit_code == 0
    assert "Imported good.csv (csv): 2 products" in result.stdout
    assert "Not for sale, as without a price: 1." in result.stdout
    assert "aisle index build" in result.stdout
    assert titles(folder / ".aisle") == ["Tent", "Mug"]


def test_aisle_home_says_where_the_shop_lies(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_HOME", str(folder / "elsewhere"))
    assert aisle_shop("import", "good.csv").exit_code == 0
    assert titles(folder / "elsewhere") == ["Tent", "Mug"]


def test_a_refused_row_is_listed_with_its_line_and_nothing_changes(folder: Path) -> None:
    aisle_shop("import", "good.csv")
    result = aisle_shop("import", "bad.csv", "--replace")
    assert result.exit_code == 1
    assert "1 refused" in result.stdout
    assert "price '12,5O' is not a number" in result.stdout
    assert "--skip-refused" in result.stderr
    assert titles(folder / ".aisle") == ["Tent", "Mug"]


def test_skip_refused_imports_the_rest(folder: Path) -> None:
    result = aisle_shop("import", "bad.csv", "--skip-refused")
    assert (result.exit_code, titles(folder / ".aisle")) == (0, ["Tent"])


def test_the_index_is_built_where_asked_for(folder: Path) -> None:
    built: list[Path] = []
    commands = commands_of_shop(build_index=built.append)
    CliRunner().invoke(commands, ["import", "bad.csv", "--index"])
    assert built == []
    result = CliRunner().invoke(commands, ["import", "good.csv", "--index"])
    assert built == [Path(".aisle")]
    assert "aisle index build" not in result.stdout


def test_validate_tells_the_same_and_makes_no_shop(folder: Path) -> None:
    assert aisle_shop("validate", "good.csv").exit_code == 0
    result = aisle_shop("validate", "bad.csv", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["changed"], told["accepted"], told["refused"][0]["line"]) == (False, {"product": 1}, 3)
    assert not (folder / ".aisle").exists()


def test_what_is_exported_can_be_imported_elsewhere(folder: Path) -> None:
    aisle_shop("import", "good.csv")
    result = aisle_shop("export", "out/all.jsonl")
    assert result.exit_code == 0
    assert "2 products" in result.stdout
    assert aisle_shop("import", "out/all.jsonl", "--home", "second").exit_code == 0
    assert titles(folder / "second") == ["Tent", "Mug"]
    assert aisle_shop("export", "db.json", "--format", "tau2").exit_code == 0
    assert set(json.loads((folder / "db.json").read_bytes())) == {"products", "users", "orders"}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["import", "gone.csv"], 1, "there is no file 'gone.csv'"),
        (["import", "."], 1, "is a folder"),
        (["import", "empty.csv"], 1, "is empty"),
        (["import", "good.csv", "--format", "xls"], 2, "csv, jsonl, google-merchant, tau2"),
        (["import", "good.csv", "--currency", "euro"], 2, "three letters"),
        (["import", "good.csv", "--home", "good.csv"], 1, "cannot make"),
        (["import", "good.csv", "--home", "broken"], 1, "not a shop's database"),
        (["validate", "[bold].csv"], 1, "'[bold].csv'"),
        (["validate", "broken/shop.db"], 1, "broken/shop.db"),
        (["export", "x.jsonl"], 1, "aisle shop import"),
        (["export", "x.csv", "--format", "csv"], 2, "jsonl or tau2"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_with_the_way_out(folder: Path, words: list[str], code: int, told: str) -> None:
    (folder / "empty.csv").write_text("")
    (folder / "broken").mkdir()
    (folder / "broken" / "shop.db").write_bytes(b"\xff no database " * 500)
    result = aisle_shop(*words)
    assert result.exit_code == code
    assert told in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.skipif(os.geteuid() == 0, reason="needs a user whom file rights bind; root may read all")
def test_a_file_that_may_not_be_read_is_told(folder: Path) -> None:
    (folder / "good.csv").chmod(0)
    assert "may not be read" in aisle_shop("import", "good.csv").stderr


def test_markup_in_a_feed_is_shown_as_it_is(folder: Path) -> None:
    (folder / "odd.csv").write_text("id,title,price\na,T,[red]5\n")
    assert "[red]5" in aisle_shop("import", "odd.csv").stdout
