"""Those who wait for a person: places, offers after a while, call-backs, what was laid aside; with a clock of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.conversation import Conversation, Unanswered
from assistant.desk.archive import Sought
from assistant.desk.callbacks import CallBack
from assistant.desk.desk import Agent, ClaimedByAnother, Reserved
from assistant.desk.moves import close, dropped, snooze, transfer, wake
from assistant.desk.office import Office, OfficeSettings, open_office
from assistant.desk.people import InvalidWish
from assistant.desk.running import catch_up, keep_archive, sweep, tell_places
from assistant.errors import AccessDenied
from assistant.events import SYSTEM, AssistantSaid, ConversationId, HandoffRequested, WaitOffered, fact_type
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.outlook import expected_wait
from assistant.signals import QueuePlace
from assistant.stores.memory import MemoryEventStore
from assistant.stores.small_tables import open_engine

pytestmark = pytest.mark.anyio
ADA, BEN = Agent(id="ada", name="Ada"), Agent(id="ben", name="Ben")
SUE = Agent(id="sue", name="Sue", role="supervisor")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def pass_by(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


async def turn(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    if "person" in said[-1].said.text and conversation.handoff is None:
        priority = 3 if "hurt" in said[-1].said.text else 0
        live.record(SYSTEM, HandoffRequested(reason="asked", summary="wants a person", priority=priority))
    return AssistantSaid(turn_id=live.id, text="Right.", language="en")


@dataclass
class Shop:
    assistant: Assistant
    office: Office
    clock: Clock
    bus: InProcessBus
    store: MemoryEventStore

    @property
    def desk(self) -> Any:
        return self.assistant.desk

    async def say(self, name: ConversationId, text: str) -> None:
        received = await self.assistant.receive(name, text, client_id=f"{text}{self.clock.time}", channel="web")
        await self.assistant.wait_for_reply(name, received.seq, timeout=5)

    async def customer(self, text: str = "a person please", locale: str = "en") -> ConversationId:
        name, _ = await self.assistant.start(channel="web", locale=locale)
        await self.say(name, text)
        self.clock.pass_by(1)
        return name

    async def types(self, name: ConversationId) -> list[str]:
        return [fact_type(event.fact) for event in await self.assistant.events(name)]


def house(home: Path, store: MemoryEventStore | None = None, clock: Clock | None = None) -> Shop:
    clock, ids, bus = clock or Clock(), RandomIds(), InProcessBus()
    store = store or MemoryEventStore(clock=clock, ids=ids)
    assistant = Assistant(store=store, bus=bus, run_turn=turn, ids=ids)
    assistant.desk.clock = clock

    async def in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.to_thread(function, *arguments)

    office = open_office(
        lambda: assistant.desk, open_engine(home), in_thread, home=home, clock=clock, settings=OfficeSettings()
    )
    return Shop(assistant, office, clock, bus, store)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    made = house(tmp_path)
    yield made
    await made.assistant.drain(seconds=1)


async def test_after_a_while_with_nobody_there_a_call_back_is_offered_once(shop: Shop) -> None:
    name = await shop.customer()
    shop.clock.pass_by(60)
    assert await sweep(shop.office) == 0
    shop.clock.pass_by(60)
    assert await sweep(shop.office) == 1
    said = (await shop.assistant.events(name))[-1].fact
    assert isinstance(said, AssistantSaid)
    assert [reply.action for reply in said.quick_replies] == [
        "request_callback",
        "leave_message",
        "keep_waiting",
        "back_to_assistant",
    ]
    shop.clock.pass_by(600)
    assert await sweep(shop.office) == 0
    assert (await shop.types(name)).count("wait_offered") == 1


async def test_the_offer_comes_in_the_customers_language_and_while_the_assistant_keeps_helping(shop: Shop) -> None:
    name, _ = await shop.assistant.start(channel="web", locale="de-DE")
    drafts = [HandoffRequested(reason="asked", summary="")]
    await shop.desk.record(name, ADA, drafts)
    shop.clock.pass_by(200)
    await sweep(shop.office)
    said = (await shop.assistant.events(name))[-1].fact
    assert isinstance(said, AssistantSaid) and said.language == "de" and "zurückrufen" in said.text
    await shop.say(name, "how much is the kettle")
    assert (await shop.assistant.state(name)).status == "waiting_for_agent"


async def test_the_offer_survives_a_restart(tmp_path: Path) -> None:
    first = house(tmp_path)
    name = await first.customer()
    again = house(tmp_path, first.store, first.clock)
    first.clock.pass_by(130)
    assert await sweep(again.office) == 1
    assert await sweep(first.office) <= 1
    assert (await again.types(name)).count("wait_offered") == 1


async def test_two_replicas_that_look_at_once_offer_once(tmp_path: Path) -> None:
    first = house(tmp_path)
    second = house(tmp_path, first.store, first.clock)
    name = await first.customer()
    first.clock.pass_by(130)
    await asyncio.gather(sweep(first.office), sweep(second.office))
    assert (await first.types(name)).count("wait_offered") == 1


async def test_who_chooses_to_wait_is_offered_again_only_after_as_long_a_wait(shop: Shop) -> None:
    name = await shop.customer()
    shop.clock.pass_by(130)
    await sweep(shop.office)
    received = await shop.assistant.act(name, "keep_waiting", {}, client_id="k", channel="web")
    await shop.assistant.wait_for_reply(name, received.seq, timeout=5)
    shop.clock.pass_by(60)
    assert await sweep(shop.office) == 0
    shop.clock.pass_by(70)
    assert await sweep(shop.office) == 1


async def test_nothing_is_offered_once_an_agent_is_there(shop: Shop) -> None:
    name = await shop.customer()
    await shop.desk.claim(name, ADA)
    shop.clock.pass_by(500)
    assert await sweep(shop.office) == 0
    assert not any(isinstance(event.fact, WaitOffered) for event in await shop.assistant.events(name))


async def test_places_are_told_as_they_change_and_to_those_alone_whose_place_it_is(shop: Shop) -> None:
    first, second = await shop.customer(), await shop.customer()
    await tell_places(shop.office)
    async with shop.assistant.subscribe(second) as messages:
        await tell_places(shop.office)  # nothing has changed
        await shop.desk.claim(first, ADA)
        await tell_places(shop.office)
        async with asyncio.timeout(5):
            place = await anext(messages)
    assert isinstance(place, QueuePlace) and (place.position, place.ahead) == (1, 0)
    async with shop.assistant.subscribe(second) as messages:
        await shop.desk.claim(second, BEN)
        await tell_places(shop.office)
        async with asyncio.timeout(5):
            while not isinstance(place := await anext(messages), QueuePlace):
                pass
    assert place.position == 0


async def test_the_urgent_come_first_and_those_that_come_back_before_their_equals(shop: Shop) -> None:
    first, second = await shop.customer(), await shop.customer()
    urgent = await shop.customer("a person please, I am hurt")
    order = [line.conversation for line in await shop.desk.queue()]
    assert order == [urgent, first, second]
    await shop.desk.claim(second, ADA)
    shop.clock.pass_by(5)
    assert await dropped(shop.desk, second, ADA)
    assert [line.conversation for line in await shop.desk.queue()] == [urgent, second, first]


async def test_a_customer_is_told_that_their_agent_is_gone_and_where_they_stand(shop: Shop) -> None:
    name = await shop.customer()
    await shop.desk.claim(name, ADA)
    assert await dropped(shop.desk, name, ADA)
    assert not await dropped(shop.desk, name, ADA)
    assert (await shop.types(name))[-3:] == ["agent_left", "handoff_requested", "assistant_said"]
    said = (await shop.assistant.events(name))[-1].fact
    assert isinstance(said, AssistantSaid) and "Ada" in said.text


async def test_an_agent_whose_server_has_died_has_left_too(shop: Shop) -> None:
    name = await shop.customer()
    await asyncio.to_thread(shop.office.roster.beat, ADA)
    await shop.desk.claim(name, ADA)
    shop.clock.pass_by(30)
    assert await sweep(shop.office) == 0
    shop.clock.pass_by(40)
    assert await sweep(shop.office) == 1
    assert (await shop.assistant.state(name)).status == "waiting_for_agent"


async def test_what_is_given_to_an_agent_is_theirs_alone_for_a_minute(shop: Shop) -> None:
    name = await shop.customer()
    await shop.desk.claim(name, ADA)
    await transfer(shop.desk, name, ADA, to=BEN, reason="knows tents", summary="two-person tent")
    line = (await shop.desk.queue())[0]
    assert line.for_agent == ("ben", "Ben") and line.front
    with pytest.raises(Reserved):
        await shop.desk.claim(name, ADA)
    shop.clock.pass_by(61)
    await shop.desk.claim(name, ADA)
    with pytest.raises(InvalidWish):
        await transfer(shop.desk, name, ADA, to=ADA, reason="x", summary="")
    await transfer(shop.desk, name, ADA, to=BEN, reason="again", summary="")
    await shop.desk.claim(name, SUE)
    with pytest.raises(ClaimedByAnother):
        await shop.desk.claim(name, BEN)
    await shop.desk.claim(name, replace(BEN, role="supervisor"), take_over=True)


async def test_a_transfers_reason_and_summary_stay_with_agents(shop: Shop) -> None:
    name = await shop.customer()
    await shop.desk.claim(name, ADA)
    await transfer(shop.desk, name, ADA, to=None, reason="is rude", summary="secret words", skills=["returns"])
    events = await shop.assistant.events(name)
    asked = next(event.fact for event in reversed(events) if isinstance(event.fact, HandoffRequested))
    assert "rude" not in f"{asked.reason}{asked.summary}" and "secret" not in asked.summary
    assert asked.skills == ("returns",)
    assert "note_added" in await shop.types(name)


async def test_what_is_laid_aside_comes_back_in_its_time(shop: Shop) -> None:
    name = await shop.customer()
    await shop.desk.claim(name, ADA)
    with pytest.raises(InvalidWish):
        await snooze(shop.desk, name, ADA, until=shop.clock.time)
    await snooze(shop.desk, name, ADA, until=shop.clock.time + timedelta(hours=1), note="parcel")
    line = (await shop.desk.queue())[0]
    assert line.snoozed_until is not None and line.status == "agent"
    assert not await dropped(shop.desk, name, ADA)
    shop.clock.pass_by(3599)
    assert await sweep(shop.office) == 0
    shop.clock.pass_by(2)
    assert await sweep(shop.office) == 1
    line = (await shop.desk.queue())[0]
    assert line.status == "waiting_for_agent" and line.front and line.for_agent == ("ada", "Ada")
    assert not await wake(shop.desk, name)


async def test_what_is_laid_aside_comes_back_as_soon_as_the_customer_writes(shop: Shop) -> None:
    name = await shop.customer()
    await shop.desk.claim(name, ADA)
    await snooze(shop.desk, name, ADA, until=shop.clock.time + timedelta(days=2))
    await shop.assistant.receive(name, "any news?", client_id="n", channel="web")
    assert await sweep(shop.office) == 1
    assert (await shop.desk.queue())[0].status == "waiting_for_agent"


async def test_a_call_back_is_kept_once_and_done_by_one(shop: Shop) -> None:
    kept = shop.office.callbacks
    wanted = CallBack(id="callback_c_7", kind="callback", conversation_id="c", phone="+4930123456")
    await shop.office.keep(wanted)
    await shop.office.keep(wanted)
    assert kept.open() == 1
    assert kept.take("callback_c_7", ADA).agent_id == "ada"
    assert kept.take("callback_c_7", ADA).state == "taken"
    with pytest.raises(ClaimedByAnother):
        kept.take("callback_c_7", BEN)
    with pytest.raises(AccessDenied):
        kept.take("callback_x", BEN)
    assert kept.done("callback_c_7", ADA, outcome="reached", note="").state == "done"
    assert kept.open() == 0


async def test_the_archive_follows_the_log(shop: Shop) -> None:
    name = await shop.customer("a person please, about order W1234567")
    await shop.desk.claim(name, ADA)
    shop.clock.pass_by(30)
    await shop.desk.say(name, ADA, "Hello, the sleeping bag is on its way", client_id="s")
    await close(shop.desk, name, ADA, outcome="solved")
    await keep_archive(shop.office)
    (found,) = shop.office.archive.find(Sought(words="Sleeping BAG"), limit=5)
    assert found.conversation_id == name and found.outcome == "solved" and found.agents == ("ada",)
    assert "sleeping bag" in found.words
    assert shop.office.archive.find(Sought(words="sleeping elephant"), limit=5) == ()
    assert shop.office.archive.find(Sought(agent="ada", closed=True), limit=5)
    (row,) = shop.office.archive.handoffs(shop.clock.time - timedelta(days=1), shop.clock.time + timedelta(days=1))
    assert row.outcome == "solved" and row.agent_id == "ada" and row.first_reply_at
    assert await catch_up(shop.office) == 0


def test_a_wait_is_told_only_from_measured_times() -> None:
    few, many = [100.0] * 4, [100.0] * 5
    assert expected_wait(1, free=0, places=2, handled=few, waited=many) is None
    assert expected_wait(1, free=0, places=0, handled=many, waited=many) is None
    assert expected_wait(1, free=0, places=2, handled=many, waited=many) == 50
    assert expected_wait(4, free=0, places=2, handled=many, waited=many) == 200
    assert expected_wait(1, free=1, places=2, handled=many, waited=[7.0] * 9) == 7


async def test_an_archive_that_was_lost_is_made_again(tmp_path: Path) -> None:
    first = house(tmp_path / "one")
    name = await first.customer("a person please, about my kettle")
    second = house(tmp_path / "two", first.store, first.clock)
    assert second.office.archive.find(Sought(words="kettle"), limit=5) == ()
    assert await catch_up(second.office) == 1
    assert second.office.archive.find(Sought(words="kettle"), limit=5)[0].conversation_id == name
