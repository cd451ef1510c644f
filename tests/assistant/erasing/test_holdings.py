"""No table can be forgotten: each says what it holds of people and how that goes."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, Table, create_engine, inspect

from assistant.erasing.holdings import HOLDINGS
from assistant.stores.schema import open_writer

ROOT = Path(__file__).parents[3]


def _modules() -> Iterator[Any]:
    """Those that define tables: others need not be imported for it."""
    for path in sorted(ROOT.glob("assistant/**/*.py")) + sorted(ROOT.glob("channels/**/*.py")):
        if "Table(" in path.read_text(encoding="utf-8") and "migrations" not in path.parts:
            yield importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    yield importlib.import_module("model_serving.registry")


def _tables() -> Iterator[Table]:
    for module in _modules():
        for value in vars(module).values():
            if isinstance(value, Table):
                yield value
            elif isinstance(value, MetaData):
                yield from value.sorted_tables


def test_every_table_says_what_it_holds_of_people_and_how_that_goes() -> None:
    names = {table.name for table in _tables()}
    assert len(names) > 30
    undeclared = sorted(names - set(HOLDINGS))
    assert not undeclared, f"say in assistant/erasing/holdings.py what {undeclared} hold of people and how it is erased"


def test_every_table_of_the_log_is_declared(tmp_path: Path) -> None:
    open_writer(tmp_path / "log.db").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'log.db'}")
    assert set(inspect(engine).get_table_names()) <= set(HOLDINGS)
    engine.dispose()


def test_the_columns_by_which_rows_are_erased_exist() -> None:
    for table in _tables():
        holding = HOLDINGS[table.name]
        for column in (holding.by_conversation, holding.by_customer):
            assert not column or column in table.columns, f"{table.name} has no {column}"


def test_what_names_a_conversation_or_a_customer_says_how_it_goes() -> None:
    """A column of that name in a table that claims to hold nothing is a table that was forgotten."""
    for table in _tables():
        if {"customer_id", "customer"} & set(table.columns.keys()):
            assert HOLDINGS[table.name].holds, f"{table.name} holds customers' ids and says that it holds nothing"


def test_no_table_is_declared_that_is_not_there() -> None:
    there = {table.name for table in _tables()} | {"meta", "log_meta", "log_version", "conversations", "events"}
    assert set(HOLDINGS) - there <= {"client_ids", "ended_turns", "folds"}
