"""A replica that stands still in the middle of a change of the shop does not keep the others from theirs."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from assistant.shops import schema
from assistant.shops.sql import SqlShop
from assistant.stores.database import for_tables


def test_what_a_replica_that_stands_still_holds_is_let_go_of(postgres_url: str) -> None:
    url = for_tables(postgres_url)
    SqlShop.at(url).close()
    still, other = (schema.open_engine(url, connections=1, idle_seconds=0.5) for _ in range(2))
    change = update(schema.counters).where(schema.counters.c.name == "revision").values(value=schema.counters.c.value)
    with still.connect() as held:
        held.execute(change)
        with other.begin() as db:
            db.execute(change)
        with pytest.raises(DBAPIError):
            held.execute(change)
        held.invalidate()
    still.dispose()
    other.dispose()
