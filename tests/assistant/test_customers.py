"""Customer context: found, kept and forgotten for one customer, and never told of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.customers import Customers, open_customers
from assistant.errors import AccessDenied
from assistant.events import CUSTOMER, CustomerIdentified, CustomerSaid, Draft
from assistant.ids import RandomIds
from assistant.memories import Memory
from assistant.shops.records import CustomerId
from assistant.stores.memory import MemoryEventStore
from assistant.stores.sqlite_memories import SqliteMemories
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.private import PrivateNotes
from tests.assistant.shopper import Clock
from tests.assistant.small_shop import CUSTOMERS, SmallShop

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EMBEDDER = HashingEmbedder(dimensions=64)
OWNERS = [one.id for one in CUSTOMERS]


async def here(call: Callable[[], Any]) -> Any:
    return call()


def opened(file: Path) -> Customers:
    notes = partial(PrivateNotes, embedder=EMBEDDER)
    return open_customers(SmallShop(), SqliteMemories.open(file), notes, here)


@pytest.fixture
def customers(tmp_path: Path) -> Iterator[Customers]:
    made = opened(tmp_path / "customers.db")
    yield made
    made.close()


def said(owner: str, value: str, *, trait: str = "likes", minutes: int = 0) -> Memory:
    return Memory(
        owner=CustomerId(owner),
        kind="preference",
        trait=trait,
        value=value,
        words=f"my favourite is {value}",
        conversation="c_1",
        at=NOON + timedelta(minutes=minutes),
    )


async def test_profile_orders_and_words_are_known_together(customers: Customers) -> None:
    await customers.keep([said("maya", "42", trait="shoe size")])
    known = await customers.known("maya")
    assert known.customer.first_name == "Maya" and known.values("shoe size") == ("42",)
    assert [order.id for order in known.orders] == ["#W1000001", "#W1000002"]


async def test_notes_are_found_by_what_they_say(customers: Customers) -> None:
    await customers.keep([said("maya", "merino"), said("maya", "wool", trait="avoids")])
    assert (await customers.find("maya", "merino"))[0].title == "likes: merino"
    assert (await customers.find("maya", "which tent did I order"))[0].id == "order:#W1000001"


async def test_what_is_kept_later_is_found_at_once(customers: Customers) -> None:
    assert not [one for one in await customers.find("maya", "linen") if "linen" in one.title]
    await customers.keep([said("maya", "linen")])
    assert (await customers.find("maya", "linen"))[0].title == "likes: linen"


async def test_what_was_forgotten_is_found_no_more(customers: Customers) -> None:
    await customers.keep([said("maya", "linen"), said("tom", "linen")])
    assert await customers.forget("maya", "likes") == 1
    assert not [one for one in await customers.find("maya", "linen") if "linen" in one.title]
    assert [one for one in await customers.find("tom", "linen") if "linen" in one.title]


@pytest.mark.parametrize("nobody", ["", "  ", "no such customer"])
async def test_nobody_has_no_context(customers: Customers, nobody: str) -> None:
    for asked in (customers.known, customers.find):
        with pytest.raises(AccessDenied):
            await (asked(nobody) if asked == customers.known else customers.find(nobody, "orders"))
    with pytest.raises(AccessDenied):
        await customers.forget(nobody)


async def test_a_store_that_mixes_up_its_customers_is_not_believed(customers: Customers) -> None:
    @dataclass
    class Careless:
        def of(self, owner: CustomerId) -> tuple[Memory, ...]:
            return (said("tom", "linen"),)

    mixed = replace(customers, memories=Careless())  # type: ignore[arg-type]
    with pytest.raises(AccessDenied):
        await mixed.known("maya")


async def test_a_lost_file_is_made_anew_from_the_log(tmp_path: Path) -> None:
    log = MemoryEventStore(clock=Clock(), ids=RandomIds())
    conversation = RandomIds().conversation()
    facts = [CustomerSaid(client_id="1", text="I wear 42"), CustomerIdentified(customer_id="maya", method="token")]
    await log.create(conversation, [Draft(fact=fact, actor=CUSTOMER, channel="web") for fact in facts])
    customers = opened(tmp_path / "customers.db")
    assert await customers.make_anew(log) == 1
    assert (await customers.known("maya")).values("shoe size") == ("42",)
    assert (await customers.known("tom")).preferences == ()
    customers.close()


_memories = st.builds(
    said,
    st.sampled_from(OWNERS),
    st.text("abcdefghij ", min_size=1, max_size=12).filter(lambda text: bool(text.strip())),
    trait=st.sampled_from(["likes", "avoids", "diet"]),
    minutes=st.integers(0, 30),
)


@settings(max_examples=40, deadline=None)
@given(
    kept=st.lists(_memories, max_size=12),
    asked=st.lists(st.tuples(st.sampled_from(OWNERS), st.text(max_size=20)), max_size=6),
)
def test_nobody_is_ever_told_of_another(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Memory], asked: list[tuple[str, str]]
) -> None:
    customers = opened(tmp_path_factory.mktemp("customers") / "customers.db")

    async def ask() -> None:
        await customers.keep([replace(one, words=f"{one.words} of {one.owner}") for one in kept])
        for owner, text in asked:
            for one in await customers.find(owner, text, k=20):
                if one.id not in ("profile",) and not one.id.startswith("order:"):
                    assert one.text.endswith(f" of {owner}")
            assert all(one.owner == owner for one in (await customers.known(owner)).preferences)

    try:
        anyio.run(ask)
    finally:
        customers.close()
