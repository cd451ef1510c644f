"""Legal holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.clock import SystemClock
from assistant.privacy.holds import ErasureHeld, LegalHolds, NoSuchHold
from assistant.stores.small_tables import open_engine


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path)
    yield engine
    engine.dispose()


def test_what_is_held_is_refused_until_it_is_released(tables: Engine) -> None:
    holds = LegalHolds(tables, SystemClock())
    hold = holds.place(customer_id="cus_1", reason="case 7 at the court", by="officer")
    with pytest.raises(ErasureHeld, match=hold.hold_id):
        holds.check(customer_id="cus_1")
    holds.check(customer_id="cus_2", conversations=["c1"])
    released = holds.release(hold.hold_id, by="officer")
    assert released.released_at
    holds.check(customer_id="cus_1")
    assert holds.all() == ()
    assert holds.all(released=True) == (released,)


def test_a_conversation_among_thousands_is_found_held(tables: Engine) -> None:
    holds = LegalHolds(tables, SystemClock())
    holds.place(conversation_id="c1733", reason="case", by="officer")
    names = [f"c{at}" for at in range(2_000)]
    assert [hold.conversation_id for hold in holds.standing(customer_id="cus_1", conversations=names)] == ["c1733"]


def test_a_hold_names_one_thing_and_why(tables: Engine) -> None:
    holds = LegalHolds(tables, SystemClock())
    with pytest.raises(ValueError, match="one of them"):
        holds.place(reason="case", by="officer")
    with pytest.raises(ValueError, match="one of them"):
        holds.place(customer_id="cus_1", conversation_id="c1", reason="case", by="officer")
    with pytest.raises(ValueError, match="reason"):
        holds.place(customer_id="cus_1", reason=" ", by="officer")


def test_a_hold_is_released_once(tables: Engine) -> None:
    holds = LegalHolds(tables, SystemClock())
    hold = holds.place(customer_id="cus_1", reason="case", by="officer")
    holds.release(hold.hold_id, by="officer")
    with pytest.raises(NoSuchHold, match="aisle privacy holds"):
        holds.release(hold.hold_id, by="officer")
