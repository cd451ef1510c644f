"""Rows of the small tables that name a customer or one of their conversations, by the columns that erasing deletes them by.

Blocking. Above: `gathering`. Below: `erasing.holdings`, SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, MetaData, Table, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.erasing.holdings import HOLDINGS
from assistant.errors import StoreUnavailable
from assistant.privacy.exporting.coverage import NOT_SHOWN, SECTIONS

NAMES_A_QUERY: Final = 400
ELSEWHERE: Final = frozenset({"desk_callbacks", "privacy_choices", "privacy_holds", "privacy_erasures"})
"""Read by those who keep them."""


def rows_of(engine: Engine, customer_id: str, conversations: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """By section, each row with the name of its table. Raises StoreUnavailable."""
    found: dict[str, list[dict[str, Any]]] = {}
    try:
        there = set(inspect(engine).get_table_names())
        with engine.connect() as db:
            for name in sorted(there & SECTIONS.keys() - ELSEWHERE):
                for row in _rows(db, name, customer_id, conversations):
                    found.setdefault(SECTIONS[name], []).append({"table": name, **row})
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"the small tables cannot be read: {type(error).__name__}") from error
    return found


def _rows(db: Connection, name: str, customer_id: str, conversations: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    holding = HOLDINGS[name]
    whole = Table(name, MetaData(), autoload_with=db)
    shown = [one for one in whole.c if one.name not in NOT_SHOWN.get(name, frozenset())]
    seen: set[tuple[Any, ...]] = set()
    asked = []
    if holding.by_customer and customer_id:
        asked.append(whole.c[holding.by_customer] == customer_id)
    if holding.by_conversation:
        parts = (conversations[at : at + NAMES_A_QUERY] for at in range(0, len(conversations), NAMES_A_QUERY))
        asked += [whole.c[holding.by_conversation].in_(list(part)) for part in parts]
    for condition in asked:
        for row in db.execute(select(*shown).where(condition)).mappings():
            if (key := tuple(row.values())) not in seen:
                seen.add(key)
                yield {column: _plain(value) for column, value in row.items()}


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
