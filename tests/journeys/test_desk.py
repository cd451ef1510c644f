"""An agent with the copilot in the demo shop: drafts with evidence, the customer beside it, changes under the agent's name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.bootstrap import Aisle, open_aisle
from assistant.desk.copilot import NothingToDraft
from assistant.desk.desk import Agent, NotClaimed
from assistant.desk.moves import dropped, snooze, transfer
from assistant.desk.office import Office, open_office
from assistant.desk.people import Reserved
from assistant.desk.running import sweep
from assistant.errors import AccessDenied
from assistant.events import (
    AssistantSaid,
    ConversationId,
    HandoffRequested,
    SuggestionMade,
    SuggestionUsed,
    ToolCalled,
    fact_type,
)
from assistant.settings import AisleSettings
from assistant.shops.records import CustomerId
from assistant.tools.refusals import Refusal, Unconfirmed
from model_serving.settings import ModelSettings
from tests.demo import the_demo

pytestmark = pytest.mark.anyio

ADA, BEN = Agent(id="ada", name="Ada"), Agent(id="ben", name="Ben")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def aisle(demo_home: Path, tmp_path: Path) -> AsyncIterator[Aisle]:
    settings = AisleSettings(home=demo_home, log_path=tmp_path / "log.db")
    async with open_aisle(settings, model_settings=ModelSettings(engine="none")) as opened:
        yield opened


async def talk(assistant: Assistant, *texts: str, customer_id: str = "") -> ConversationId:
    conversation, _ = await assistant.start(channel="web", customer_id=customer_id)
    for number, text in enumerate(texts):
        received = await assistant.receive(conversation, text, client_id=f"m{number}", channel="web")
        await assistant.wait_for_reply(conversation, received.seq, timeout=30)
    return conversation


@asynccontextmanager
async def claimed(aisle: Aisle, *texts: str, customer_id: str = "") -> AsyncIterator[ConversationId]:
    conversation = await talk(aisle.assistant, *texts, "I want to talk to a person", customer_id=customer_id)
    await aisle.assistant.desk.claim(conversation, ADA)
    yield conversation


async def pending_order(aisle: Aisle) -> Any:
    """Somebody's order that can still be cancelled."""
    for customer in the_demo().customers:
        for order in await aisle.shop.orders_of(CustomerId(customer.id)):
            if order.status == "pending":
                return order
    raise AssertionError("the demo shop has a pending order")


async def test_a_draft_is_the_assistants_answer_with_its_evidence_and_is_not_said(aisle: Aisle) -> None:
    async with claimed(aisle) as conversation:
        received = await aisle.assistant.receive(
            conversation, "do you have a tent for two under 300?", client_id="q", channel="web"
        )
        made = await aisle.copilot.suggest(conversation, ADA)
        assert made.citations and any(one.title in made.text for one in made.citations)
        events = await aisle.assistant.events(conversation, after=received.seq)
        assert [fact_type(event.fact) for event in events] == ["suggestion_made"]
        await aisle.assistant.desk.say(conversation, ADA, made.text, client_id="a1")
        await aisle.copilot.used(conversation, ADA, made.suggestion_id, edited=False)
        used = [e.fact for e in await aisle.assistant.events(conversation) if isinstance(e.fact, SuggestionUsed)]
        assert [one.suggestion_id for one in used] == [made.suggestion_id]


async def test_a_draft_never_carries_anything_out(aisle: Aisle) -> None:
    """Not even where the customer's last word is a yes."""
    order = await pending_order(aisle)
    conversation = await talk(
        aisle.assistant, f"cancel order {order.id}, I no longer need it", customer_id=order.customer_id
    )
    await aisle.assistant.desk.claim(conversation, ADA)
    await aisle.assistant.receive(conversation, "yes", client_id="yes", channel="web")
    await aisle.copilot.suggest(conversation, ADA)
    kept = await aisle.shop.order(order.id)
    assert kept is not None and kept.status == "pending"


async def test_where_the_wish_is_a_person_the_draft_greets_by_name(aisle: Aisle) -> None:
    async with claimed(aisle) as conversation:
        made = await aisle.copilot.suggest(conversation, ADA)
        assert "Ada" in made.text


async def test_there_is_nothing_to_draft_before_the_customer_has_spoken(aisle: Aisle) -> None:
    conversation, _ = await aisle.assistant.start(channel="web")
    with pytest.raises(NothingToDraft):
        await aisle.copilot.suggest(conversation, ADA)


async def test_the_summary_keeps_up(aisle: Aisle) -> None:
    async with claimed(aisle, "tents for two under 300") as conversation:
        first = await aisle.copilot.summary(conversation)
        assert "tent" in first.lower() and "300" in first
        await aisle.assistant.receive(conversation, "my zip is wrong too", client_id="z", channel="web")
        assert "my zip is wrong too" in await aisle.copilot.summary(conversation)


async def test_an_order_is_cancelled_under_the_agents_name_after_the_agents_yes(aisle: Aisle) -> None:
    order = await pending_order(aisle)
    async with claimed(aisle, customer_id=order.customer_id) as conversation:
        asked = {"order_id": order.id, "reason": "no longer needed"}
        proposed = await aisle.copilot.act(conversation, ADA, "cancel_order", asked)
        assert not proposed.done and proposed.lines
        kept = await aisle.shop.order(order.id)
        assert kept is not None and kept.status == "pending"
        done = await aisle.copilot.carry_out(conversation, ADA, proposed.sealed)
        assert done.done
        kept = await aisle.shop.order(order.id)
        assert kept is not None and kept.status == "cancelled"
        calls = [e for e in await aisle.assistant.events(conversation) if isinstance(e.fact, ToolCalled)]
        assert {(e.actor.kind, e.actor.id) for e in calls[-2:]} == {("agent", "ada")}
        assert "cancel order" in await aisle.copilot.summary(conversation)
        with pytest.raises(Unconfirmed):
            await aisle.copilot.carry_out(conversation, ADA, proposed.sealed)


async def test_the_guards_hold_for_agents_as_for_the_assistant(aisle: Aisle) -> None:
    order = await pending_order(aisle)
    asked = {"order_id": order.id, "reason": "no longer needed"}
    async with claimed(aisle) as conversation:  # nobody is identified there
        with pytest.raises(AccessDenied):
            await aisle.copilot.act(conversation, ADA, "cancel_order", asked)
        with pytest.raises(Refusal):
            await aisle.copilot.act(conversation, ADA, "drop_tables", {})
        with pytest.raises(Refusal):
            await aisle.copilot.act(conversation, ADA, "cancel_order", {**asked, "refund": "9999"})
    other = await talk(aisle.assistant, "hello")
    with pytest.raises(NotClaimed):
        await aisle.copilot.act(other, ADA, "cancel_order", asked)


async def test_a_proposal_that_was_altered_on_its_way_is_refused(aisle: Aisle) -> None:
    order = await pending_order(aisle)
    async with claimed(aisle, customer_id=order.customer_id) as conversation:
        asked = {"order_id": order.id, "reason": "no longer needed"}
        proposed = await aisle.copilot.act(conversation, ADA, "cancel_order", asked)
        forged = {**proposed.sealed, "arguments": {**asked, "reason": "ordered by mistake"}}
        with pytest.raises(Unconfirmed):
            await aisle.copilot.carry_out(conversation, ADA, forged)


async def test_an_agent_fills_the_cart_that_the_customer_sees(aisle: Aisle) -> None:
    async with claimed(aisle, "tents for two under 300") as conversation:
        product = next(
            p for p in the_demo().products if p.category[-1] == "Tents" and any(v.in_stock() for v in p.variants)
        )
        variant = next(v for v in product.variants if v.in_stock())
        arguments = {"product_id": product.id, "variant_id": variant.id, "quantity": 1}
        await aisle.copilot.act(conversation, ADA, "add_to_cart", arguments)
        state = await aisle.assistant.state(conversation)
        assert [item.product_id for item in state.cart.items] == [product.id]


async def test_drafts_stay_with_agents(aisle: Aisle) -> None:
    from channels.frames import visible

    async with claimed(aisle) as conversation:
        await aisle.copilot.suggest(conversation, ADA)
        events = await aisle.assistant.events(conversation)
        made = next(event for event in events if isinstance(event.fact, SuggestionMade))
        assert visible(made)["data"] == {}


# -- those who wait, with the real turns -------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def office_of(aisle: Aisle) -> tuple[Office, Clock]:
    """The server's own, with a clock that can be put forward."""
    clock = Clock()
    aisle.assistant.desk.clock = clock
    office = open_office(
        lambda: aisle.assistant.desk,
        aisle.tables,
        aisle.in_thread,
        home=aisle.settings.home,
        clock=clock,
        sealing=aisle.sealing,
    )
    return office, clock


async def test_a_wait_with_nobody_there_ends_in_a_call_back_that_agents_see(aisle: Aisle) -> None:
    office, clock = office_of(aisle)
    conversation = await talk(aisle.assistant, "tents for two under 300", "I want to talk to a person")
    clock.ahead += timedelta(seconds=121)
    assert await sweep(office) == 1
    assert await sweep(office) == 0
    offered = (await aisle.assistant.events(conversation))[-1].fact
    assert isinstance(offered, AssistantSaid) and offered.quick_replies[0].action == "request_callback"
    received = await aisle.assistant.receive(conversation, offered.quick_replies[0].text, client_id="cb", channel="web")
    await aisle.assistant.wait_for_reply(conversation, received.seq, timeout=30)
    received = await aisle.assistant.receive(conversation, "+47 22 33 44 55", client_id="nr", channel="web")
    await aisle.assistant.wait_for_reply(conversation, received.seq, timeout=30)
    (kept,) = [one for one in office.callbacks.all() if one.conversation_id == conversation]
    assert kept.phone == "+47 22 33 44 55" and kept.state == "open"
    assert (await aisle.assistant.state(conversation)).status == "assistant"
    assert await aisle.assistant.desk.position(conversation) == 0
    said = (await aisle.assistant.events(conversation))[-1].fact
    assert isinstance(said, AssistantSaid) and kept.phone in said.text
    received = await aisle.assistant.receive(conversation, "something cheaper", client_id="on", channel="web")
    events = await aisle.assistant.wait_for_reply(conversation, received.seq, timeout=30)
    assert isinstance(events[-1].fact, AssistantSaid) and events[-1].fact.cards  # the assistant goes on helping


async def test_an_agent_who_drops_leaves_their_customer_at_the_front_and_told(aisle: Aisle) -> None:
    first = await talk(aisle.assistant, "I want to talk to a person")
    second = await talk(aisle.assistant, "I want to talk to a person")
    await aisle.assistant.desk.claim(second, ADA)
    await dropped(aisle.assistant.desk, second, ADA)
    waiting = [line.conversation for line in await aisle.assistant.desk.queue() if line.agent is None]
    assert waiting.index(second) < waiting.index(first)
    said = (await aisle.assistant.events(second))[-1].fact
    assert isinstance(said, AssistantSaid) and "Ada" in said.text


async def test_a_conversation_goes_to_a_named_agent_with_its_summary_and_comes_back_when_the_customer_writes(
    aisle: Aisle,
) -> None:
    office, _ = office_of(aisle)
    desk = aisle.assistant.desk
    async with claimed(aisle, "tents for two under 300") as conversation:
        summary = await aisle.copilot.summary(conversation)
        await transfer(desk, conversation, ADA, to=BEN, reason="knows tents", summary=summary)
        with pytest.raises(Reserved):
            await desk.claim(conversation, ADA)
        await desk.claim(conversation, BEN)
        await snooze(desk, conversation, BEN, until=datetime.now(UTC) + timedelta(days=1), note="asks the supplier")
        assert await sweep(office) == 0
        await aisle.assistant.receive(conversation, "any news?", client_id="news", channel="web")
        assert await sweep(office) == 1
        state = await aisle.assistant.state(conversation)
        assert state.status == "waiting_for_agent" and state.handoff is not None
        assert state.handoff.front and state.handoff.to_agent == "ben"


async def test_a_rule_asks_for_a_person_once(aisle: Aisle) -> None:
    conversation = await talk(aisle.assistant, "my lawyer will hear of this", "my lawyer again")
    asked = [e.fact for e in await aisle.assistant.events(conversation) if isinstance(e.fact, HandoffRequested)]
    assert [one.rule for one in asked] == ["legal"]
    await aisle.assistant.desk.claim(conversation, ADA)
    await aisle.assistant.desk.release(conversation, ADA, to="assistant")
    received = await aisle.assistant.receive(conversation, "my lawyer!", client_id="again", channel="web")
    await aisle.assistant.wait_for_reply(conversation, received.seq, timeout=30)
    assert (await aisle.assistant.state(conversation)).status == "assistant"


async def test_an_edited_draft_is_recorded_with_how_far_it_was_edited(aisle: Aisle) -> None:
    async with claimed(aisle) as conversation:
        await aisle.assistant.receive(conversation, "how long can I return things?", client_id="q", channel="web")
        made = await aisle.copilot.suggest(conversation, ADA)
        await aisle.copilot.used(conversation, ADA, made.suggestion_id, edited=False, sent=made.text + " Ada")
        (used,) = [e.fact for e in await aisle.assistant.events(conversation) if isinstance(e.fact, SuggestionUsed)]
        assert (used.edited, used.edit_distance) == (True, 4)


async def test_an_agent_searches_products_and_policies_over_http(aisle: Aisle) -> None:
    from tests.channels.house import serving

    async with serving(aisle) as served:  # type: ignore[arg-type]
        accounts = served.app.state.desk_door.accounts
        name = "search"
        password = accounts.add(name, shown="", role="agent")
        accounts.change_password(name, password, "a long enough one")
        body = {"name": name, "password": "a long enough one"}
        token = (await served.http.post("/v1/desk/sign_in", json=body)).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        found = (await served.http.get("/v1/desk/search?q=tent for two under 300", headers=headers)).json()
        assert found["products"] and all(float(one["price"]["amount"]) <= 300 for one in found["products"])
        policies = (await served.http.get("/v1/desk/search?q=return policy", headers=headers)).json()["policies"]
        assert policies and policies[0]["quote"]
