"""Folding the log into rows of facts: on, once, by one, with consent, and gone with the conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.analytics.folding_lease import LEASE_SECONDS, FoldingLease
from assistant.erasing.small_rows import delete_rows
from assistant.events import ConsentChanged, CustomerIdentified, DataErased, FeedbackGiven
from assistant.privacy.purposes import ConsentRules
from tests.assistant.analytics.talked import Shop, open_shop, said, search, turn

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    opened = await open_shop(tmp_path)
    yield opened
    await opened.store.close()
    opened.tables.dispose()


async def test_a_conversation_is_read_once_and_again_when_it_has_changed(shop: Shop) -> None:
    await shop.talk("c_1", said(), *turn("find_products", facts=search("tent")))
    await shop.talk("c_2", said(), *turn("policy:returns"))
    assert await shop.folding.once() == 2
    assert await shop.folding.once() == 0
    await shop.more("c_2", FeedbackGiven(about_seq=4, rating="up"))
    assert await shop.folding.once() == 1
    assert shop.names() == ["c_1", "c_2"]


async def test_settled_conversations_are_looked_at_once_a_day_alone(shop: Shop) -> None:
    await shop.talk("c_1", said())
    await shop.talk("c_2", said(), after=timedelta(days=20))
    await shop.folding.once()
    await shop.more("c_1", FeedbackGiven(about_seq=2, rating="up"))
    assert await shop.folding.once() == 0
    shop.clock.at += timedelta(days=1)
    assert await shop.folding.once() == 1


async def test_while_another_process_reads_nothing_is_read_here_until_its_lease_has_run_out(shop: Shop) -> None:
    await shop.talk("c_1", said())
    other = FoldingLease(shop.tables, "another")
    assert other.take(shop.clock.now()) is not None
    assert await shop.folding.once() == 0
    shop.clock.at += timedelta(seconds=LEASE_SECONDS + 1)
    assert await shop.folding.once() == 1


async def test_without_consent_nothing_is_kept_but_that_there_was_one(shop: Shop) -> None:
    await shop.talk(
        "c_1", said(), ConsentChanged(purpose="analytics", given=False), *turn(facts=search("x", found=False))
    )
    await shop.folding.once()
    assert shop.names() == []
    assert shop.rows.left_out(shop.clock.at - timedelta(days=1), shop.clock.at + timedelta(days=1)) == 1
    with shop.tables.connect() as db:
        row = db.execute(text("SELECT * FROM analytics_conversations")).mappings().one()
        assert db.execute(text("SELECT count(*) FROM analytics_searches")).scalar() == 0
    told = {"conversation_id", "log_id", "last_seq", "started_at", "left_out"}
    assert not any(value for name, value in row.items() if name not in told)


async def test_where_the_shop_asks_first_nobody_is_analysed_who_has_not_said_yes(shop: Shop) -> None:
    shop.rules = ConsentRules(defaults={"analytics": False})
    await shop.talk("c_1", said())
    await shop.talk("c_2", said(), ConsentChanged(purpose="analytics", given=True))
    await shop.folding.once()
    assert shop.names() == ["c_2"]


async def test_who_refuses_later_is_gone_from_all_their_conversations(shop: Shop) -> None:
    known = CustomerIdentified(customer_id="cust_7", method="token")
    await shop.talk("c_1", known, said(), *turn(facts=search("kayak", found=False)))
    await shop.talk("c_2", said())
    await shop.folding.once()
    shop.refused.add("cust_7")
    await shop.folding.once()
    assert shop.names() == ["c_2"]
    await shop.more("c_1", said("again"))
    await shop.folding.once()
    assert shop.names() == ["c_2"]


async def test_what_is_erased_is_gone_and_stays_gone(shop: Shop) -> None:
    for number in range(3):
        await shop.talk(f"c_{number}", said(), *turn(facts=search("kayak", found=False)))
    await shop.folding.once()
    assert shop.not_found() == [("kayak", 3)]
    await shop.more("c_1", DataErased(request_id="er_1", scope="conversation"))
    assert delete_rows(shop.tables, "", ["c_1"]) >= 2
    await shop.folding.once()
    assert shop.names() == ["c_0", "c_2"]
    assert shop.not_found() == []
    with shop.tables.connect() as db:
        assert db.execute(text("SELECT count(*) FROM analytics_words")).scalar() == 0


async def test_a_row_that_was_written_while_the_conversation_was_erased_goes_with_the_next_look(shop: Shop) -> None:
    await shop.talk("c_1", said())
    await shop.folding.once()
    await shop.more("c_1", DataErased(request_id="er_1", scope="conversation"))
    await shop.folding.once()
    assert shop.names() == []


async def test_words_of_failed_searches_are_kept_where_three_conversations_have_them_and_masked(shop: Shop) -> None:
    for number in range(2):
        await shop.talk(f"c_{number}", said(), *turn(facts=search("Ice-Axe", found=False)))
    await shop.folding.once()
    assert shop.not_found() == []
    await shop.talk("c_2", said(), *turn(facts=search("ice axe", missing=["ice axe"])))
    for number in range(3, 6):
        await shop.talk(f"c_{number}", said(), *turn(facts=search("maya@example.com tents", found=False)))
    await shop.folding.once()
    assert shop.not_found() == [("email tents", 3), ("ice axe", 3)]


async def test_one_conversation_that_searches_three_times_is_one(shop: Shop) -> None:
    await shop.talk("c_1", *[fact for _ in range(3) for fact in (said(), *turn(facts=search("kayak", found=False)))])
    await shop.folding.once()
    assert shop.not_found() == []


async def test_rows_hold_no_words(shop: Shop) -> None:
    await shop.talk(
        "c_1",
        CustomerIdentified(customer_id="cust_7", method="token"),
        said("my secret zebra"),
        *turn("find_products", facts=search("zebra", found=False)),
        FeedbackGiven(about_seq=5, rating="down", comment="terrible zebra"),
    )
    await shop.folding.once()
    with shop.tables.connect() as db:
        for name in ("analytics_conversations", "analytics_searches", "analytics_words"):
            kept = str(db.execute(text(f"SELECT * FROM {name}")).mappings().all())
            assert "zebra" not in kept
            assert "cust_7" not in kept
