"""Tools' changes are recorded before they are carried out; a turn's reads and its reply's lineage after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.voices import LANGUAGES
from assistant.audit.acts import Who
from assistant.audit.audit_errors import AuditUnavailable
from assistant.audit.audit_settings import AuditSettings
from assistant.audit.audited_tools import AuditedTurns, audited
from assistant.audit.chain import Chain
from assistant.audit.journal import Audit
from assistant.audit.noting import watched
from assistant.audit.opening import open_audit
from assistant.audit.reading import Recorded, Sought, newest
from assistant.conversation import Conversation, Unanswered
from assistant.events import AssistantSaid, ConversationId, TurnId
from assistant.identity import access_orders
from assistant.lineage import house_rules
from assistant.live_turn import LiveTurn
from assistant.shops.records import OrderId
from assistant.shops.sql import SqlShop
from assistant.shown import Card, Citation
from assistant.sources import Sources
from assistant.stores.small_tables import open_engine
from assistant.tools.arguments import CancelOrder
from assistant.tools.policy import shop_policy
from assistant.tools.refusals import Unconfirmed
from assistant.tools.session import ToolSession
from retrieval.catalogue import Product, ProductId, StoreId, Variant, VariantId
from tests.assistant.tools.pottery import Counter, contents, open_pottery

pytestmark = pytest.mark.anyio

CANCEL = CancelOrder(order_id=OrderId("#PENDING"), reason="no longer needed")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SqlShop]:
    shop = open_pottery(tmp_path / "shop.db")
    yield shop
    shop.close()


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    return open_audit(open_engine(tmp_path), tmp_path, AuditSettings(_env_file=None))


def entries(audit: Audit) -> list[Recorded]:
    return [one for _, one in newest(audit.chain.engine, Sought(), limit=50)][::-1]


def session_of(counter: Counter, audit: Audit) -> ToolSession:
    return ToolSession(tools=audited(counter.tools, audit), caller=counter.caller, record=lambda fact, actor: None)


async def test_a_change_is_written_down_before_and_after_with_its_confirmation(shop: SqlShop, audit: Audit) -> None:
    counter = Counter(shop=shop)
    session = session_of(counter, audit)
    asked = await session.propose(CANCEL)
    assert entries(audit) == []
    await session.execute(CANCEL, asked.confirmation, counter.yes(asked.id))
    await audit.flush()
    before, after = entries(audit)
    assert (before.act, before.result, after.act, after.result) == ("tool_asked", "asked", "tool_done", "done")
    assert before.who_kind == "assistant" and before.whose == "ann" and before.what == "order:#PENDING"
    assert before.why == after.why == f"confirmation:{asked.id}"
    assert after.details["tool"] == "cancel_order" and after.details["conversation"] == "c_1"


async def test_an_agents_change_bears_the_agents_name(shop: SqlShop, audit: Audit) -> None:
    counter = Counter(shop=shop)
    session = session_of(counter, audit)
    asked = await session.propose(CANCEL)
    with watched(Who(kind="agent", id="mara")):
        await session.execute(CANCEL, asked.confirmation, counter.yes(asked.id))
    assert {one.who for one in entries(audit)} == {"mara"}


async def test_a_refused_change_says_why(shop: SqlShop, audit: Audit) -> None:
    counter = Counter(shop=shop)
    session = session_of(counter, audit)
    asked = await session.propose(CANCEL)
    forged = replace(asked.confirmation, seal="0" * 64)
    with pytest.raises(Unconfirmed):
        await session.execute(CANCEL, forged, counter.yes(asked.id))
    await audit.flush()
    assert entries(audit)[-1].result == "forged"


async def test_what_cannot_be_written_down_is_not_done(
    shop: SqlShop, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise AuditUnavailable("disk full")

    counter = Counter(shop=shop)
    session = session_of(counter, audit)
    asked = await session.propose(CANCEL)
    before = contents(shop)
    monkeypatch.setattr(Chain, "append", full)
    with pytest.raises(AuditUnavailable):
        await session.execute(CANCEL, asked.confirmation, counter.yes(asked.id))
    assert contents(shop) == before


class Shelf:
    """A retriever as far as sources ask it."""

    generation = 1

    def __init__(self) -> None:
        self.returns = "Returns\nWithin 30 days."
        self.lamp = Product(
            id=ProductId("lamp"),
            title="Clay Lamp",
            variants=(Variant(id=VariantId("lamp-w"), stock={StoreId("online"): 3}),),
        )

    def policy(self, policy_id: str) -> str:
        return self.returns if policy_id == "returns" else ""

    def product(self, product_id: str) -> Product | None:
        return self.lamp if product_id == "lamp" else None


def replying(shop: SqlShop) -> Any:
    async def turn(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        await access_orders(shop, "ann")
        return AssistantSaid(
            turn_id=live.id,
            text="Clay Lamp, and returns.",
            language="de",
            cards=(Card(kind="product", id="lamp", title="Clay Lamp"),),
            citations=(Citation(kind="policy", id="returns#0", title="Returns", quote="Within 30 days."),),
            versions={"model": "template"},
        )

    return turn


async def test_a_reply_bears_what_it_stands_on_and_its_reads_are_one_entry(shop: SqlShop, audit: Audit) -> None:
    shelf = Shelf()
    sources = Sources(lambda: shelf, audit.chain.engine)  # type: ignore[arg-type, return-value]
    turns = AuditedTurns(replying(shop), audit, sources, house_rules(shop_policy("demo"), LANGUAGES))
    live = LiveTurn(id=TurnId("t_1"), emit=lambda _: None)
    reply = await turns(Conversation(id=ConversationId("c_1")), [], live)
    assert set(reply.documents) == {"product:lamp", "policy:returns#0"}
    assert reply.versions["policy"].startswith("demo@") and reply.versions["language"].startswith("de@")
    assert {"model", "grounding", "release"} <= set(reply.versions)
    await audit.flush()
    [read] = entries(audit)
    assert (read.act, read.whose, read.why, read.details) == ("customer_read", "ann", "turn:t_1", {"seen": ["orders"]})
    await sources.close()
    texts = sources.texts(reply.documents)
    assert texts["policy:returns#0"] == shelf.returns and "Clay Lamp" in texts["product:lamp"]


async def test_a_text_that_changed_is_another_version_and_the_old_one_stays_to_be_read(audit: Audit) -> None:
    shelf = Shelf()
    sources = Sources(lambda: shelf, audit.chain.engine)  # type: ignore[arg-type, return-value]
    quoted = [Citation(kind="policy", id="returns#0", title="Returns", quote="Within 30 days.")]
    before = sources.of((), quoted)
    assert sources.now("policy:returns#0") == before["policy:returns#0"]
    shelf.returns, shelf.generation = "Returns\nWithin 14 days.", 2
    after = sources.of((), quoted)
    await sources.close()
    assert before != after and sources.now("policy:returns#0") == after["policy:returns#0"]
    assert sources.texts(before)["policy:returns#0"].endswith("30 days.")


async def test_a_sale_alone_makes_no_new_version_of_a_product(audit: Audit) -> None:
    shelf = Shelf()
    sources = Sources(lambda: shelf, audit.chain.engine)  # type: ignore[arg-type, return-value]
    card = [Card(kind="product", id="lamp", title="Clay Lamp")]
    before = sources.of(card, ())
    sold = replace(shelf.lamp.variants[0], stock={StoreId("online"): 2})
    shelf.lamp, shelf.generation = replace(shelf.lamp, variants=(sold,)), 2
    assert sources.of(card, ()) == before
    await sources.close()
