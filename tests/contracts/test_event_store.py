"""What every EventStore promises. One suite over all adapters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.errors import ClientIdReused, ConcurrentTurn, ConversationNotFound, StoreUnavailable
from assistant.events import (
    ASSISTANT,
    CUSTOMER,
    SYSTEM,
    ActionTaken,
    Actor,
    AgentJoined,
    AgentLeft,
    AgentSaid,
    AssistantSaid,
    Card,
    ChannelJoined,
    ClientId,
    ContextChanged,
    ConversationClosed,
    ConversationId,
    ConversationStarted,
    CustomerSaid,
    Draft,
    Fact,
    HandoffRequested,
    ToolReturned,
    TurnFailed,
    TurnId,
    TurnStarted,
)
from assistant.ids import RandomIds
from assistant.ports import EventStore
from assistant.sealing.key_store import KeyStore
from assistant.sealing.key_tables import open_keys
from assistant.sealing.master_keys import MasterKeyFile
from assistant.sealing.sealer import KeySealer
from assistant.stores.memory import MemoryEventStore
from assistant.stores.postgres import PostgresEventStore
from assistant.stores.sqlite import SqliteEventStore
from retrieval.catalogue import Money

pytestmark = pytest.mark.anyio

ASKED = HandoffRequested(reason="asked", summary="")
JOINED = AgentJoined(agent_id="a", name="Ada")


class SetClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


Reopen = Callable[[], Awaitable[EventStore]]


@pytest.fixture(params=["memory", "sqlite", "postgres", "sqlite sealed", "postgres sealed"])
async def reopen(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> AsyncIterator[Reopen]:
    """Another handle on the same log, as another worker has it; all are closed at the end."""
    memory = MemoryEventStore(clock=clock, ids=RandomIds())
    async with AsyncExitStack() as opened:

        async def open_again() -> EventStore:
            if request.param == "memory":
                return memory
            kind, _, sealed = request.param.partition(" ")
            keys = KeySealer(KeyStore.open(open_keys(tmp_path), MasterKeyFile(tmp_path / "keys"))) if sealed else None
            if kind == "postgres":
                url = request.getfixturevalue("postgres_url")
                return await opened.enter_async_context(
                    await PostgresEventStore.open(url, ids=RandomIds(), clock=clock, sealing=keys)
                )
            path = tmp_path / "log.sqlite"
            store = await SqliteEventStore.open(path, clock=clock, ids=RandomIds(), sealing=keys)
            return await opened.enter_async_context(store)

        yield open_again


@pytest.fixture
async def store(reopen: Reopen) -> EventStore:
    return await reopen()


C = ConversationId("c_1")


def said(text: str = "hi", client_id: str = "m1", action: ActionTaken | None = None) -> Draft:
    fact = CustomerSaid(client_id=ClientId(client_id), text=text, action=action)
    return Draft(fact=fact, actor=CUSTOMER, channel="web")


def by_assistant(fact: Fact) -> Draft:
    return Draft(fact=fact, actor=ASSISTANT, channel="web")


def turn(turn_id: str, *answers: int) -> Draft:
    return by_assistant(TurnStarted(turn_id=TurnId(turn_id), answers=answers))


def reply(turn_id: str, text: str = "hello", *, interrupted: bool = False) -> Draft:
    return by_assistant(AssistantSaid(turn_id=TurnId(turn_id), text=text, language="en", interrupted=interrupted))


async def begin(store: EventStore, conversation: ConversationId = C) -> None:
    started = Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="web")
    joined = Draft(fact=ChannelJoined(channel="web"), actor=CUSTOMER, channel="web")
    await store.create(conversation, [started, joined])


async def test_a_new_log_begins_at_one_and_reads_back_as_it_was_returned(store: EventStore, clock: SetClock) -> None:
    drafts = [
        Draft(fact=ConversationStarted(locale="nb-NO"), actor=SYSTEM, channel="kiosk"),
        Draft(fact=ChannelJoined(channel="kiosk"), actor=Actor(kind="customer", id="u7"), channel="kiosk"),
    ]
    events = await store.create(C, drafts)
    assert [event.seq for event in events] == [1, 2]
    assert events[1].actor == Actor(kind="customer", id="u7")
    assert {event.at for event in events} == {clock.now()}
    assert len({event.id for event in events}) == 2
    assert await store.read(C) == events
    assert await store.last_seq(C) == 2


async def test_what_append_returns_is_what_a_reader_gets_whatever_was_put_into_it(store: EventStore) -> None:
    await begin(store)
    card = Card(kind="product", id="p", title="Zelt “Fjell” 🏕", price=Money(amount=Decimal("89.00"), currency="USD"))
    context = ContextChanged(
        turn_id=TurnId("t"), context={"tuple": (1, 2), "none": None, "deep": {"d": Decimal("1.50")}}
    )
    returned = ToolReturned(turn_id=TurnId("t"), call_id="1", name="find", result=[{"a": 1.5}, card])
    shown = AssistantSaid(turn_id=TurnId("t"), text="a\u2028b\x00 'q' \"", language="de", cards=(card,))
    appended = await store.append(C, [by_assistant(fact) for fact in (context, returned, shown)])
    assert await store.read(C, after=2) == appended.events
    assert appended.events[2].fact == shown


async def test_reading_is_by_seq_with_a_limit(store: EventStore) -> None:
    await begin(store)
    await store.append(C, [said(client_id=str(number)) for number in range(8)])
    assert [event.seq for event in await store.read(C, after=4, limit=3)] == [5, 6, 7]
    assert await store.read(C, after=10) == ()
    assert await store.read(C, after=99) == ()
    assert await store.read(C, limit=0) == ()
    assert len(await store.read(C, after=-1)) == 10


async def test_an_unknown_conversation_is_not_found_by_any_call(store: EventStore) -> None:
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: store.append(C, [said()]),
        lambda: store.read(C),
        lambda: store.last_seq(C),
        lambda: store.take_lease(C, owner="a", seconds=1),
    ]
    for call in calls:
        with pytest.raises(ConversationNotFound):
            await call()


async def test_a_conversation_is_created_once(store: EventStore) -> None:
    await begin(store)
    with pytest.raises(ConcurrentTurn):
        await begin(store)
    assert await store.last_seq(C) == 2


async def test_nothing_cannot_be_appended(store: EventStore) -> None:
    await begin(store)
    with pytest.raises(ValueError, match="at least one"):
        await store.append(C, [])


async def test_the_same_message_twice_is_written_once_and_answered_with_its_first_event(store: EventStore) -> None:
    await begin(store)
    first = await store.append(C, [said("hi"), turn("t1", 3)])
    again = await store.append(C, [said("hi"), turn("t2", 3)])
    assert again.duplicate
    assert again.events == first.events[:1]
    assert await store.last_seq(C) == 4


async def test_a_duplicate_is_recognised_before_anything_else_is_judged(store: EventStore) -> None:
    await begin(store)
    old = await store.take_lease(C, owner="a", seconds=5)
    await store.take_lease(C, owner="a", seconds=5)
    await store.append(C, [said("hi"), turn("t1", 3), reply("t1")])
    again = await store.append(C, [said("hi"), reply("t1")], expected_seq=2, lease=old)
    assert again.duplicate
    assert again.events[0].seq == 3


@pytest.mark.parametrize(
    "other",
    [
        said("hi there"),
        said("hi", action=ActionTaken(name="add_to_cart")),
        Draft(
            fact=AgentSaid(agent_id="a", text="hi", client_id="m1"), actor=Actor(kind="agent", id="a"), channel="desk"
        ),
    ],
)
async def test_a_client_id_with_another_body_is_refused_for_ever(store: EventStore, other: Draft) -> None:
    await begin(store)
    await store.append(C, [said("hi")])
    for number in range(20):
        await store.append(C, [said(str(number), client_id=f"n{number}")])
    with pytest.raises(ClientIdReused) as refused:
        await store.append(C, [other])
    assert refused.value.client_id == "m1"
    assert await store.last_seq(C) == 23


async def test_the_order_of_an_actions_arguments_does_not_make_it_another(store: EventStore) -> None:
    await begin(store)
    await store.append(C, [said(action=ActionTaken(name="add", arguments={"a": 1, "b": {"c": 2, "d": 3}}))])
    again = await store.append(C, [said(action=ActionTaken(name="add", arguments={"b": {"d": 3, "c": 2}, "a": 1}))])
    assert again.duplicate


async def test_an_agents_message_is_written_once_too_and_one_without_id_every_time(store: EventStore) -> None:
    await begin(store)
    agent = Actor(kind="agent", id="a")
    named = Draft(fact=AgentSaid(agent_id="a", text="hi", client_id="x"), actor=agent, channel="desk")
    nameless = Draft(fact=AgentSaid(agent_id="a", text="hi"), actor=agent, channel="desk")
    assert not (await store.append(C, [named])).duplicate
    assert (await store.append(C, [named])).duplicate
    assert not (await store.append(C, [nameless])).duplicate
    assert not (await store.append(C, [nameless])).duplicate


async def test_client_ids_of_different_conversations_do_not_meet(store: EventStore) -> None:
    other = ConversationId("c_2")
    await begin(store)
    await begin(store, other)
    await store.append(C, [said("hi")])
    assert not (await store.append(other, [said("other")])).duplicate


async def test_an_append_at_another_seq_than_expected_writes_nothing(store: EventStore) -> None:
    await begin(store)
    with pytest.raises(ConcurrentTurn):
        await store.append(C, [said()], expected_seq=1)
    assert await store.last_seq(C) == 2
    assert not (await store.append(C, [said()], expected_seq=2)).duplicate


async def test_of_concurrent_appends_at_one_seq_exactly_one_wins(store: EventStore) -> None:
    await begin(store)
    tries = [store.append(C, [said(client_id=str(number))], expected_seq=2) for number in range(20)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(outcome, ConcurrentTurn) for outcome in outcomes) == 19
    assert await store.last_seq(C) == 3


async def test_concurrent_appends_leave_no_gap_and_no_duplicate(store: EventStore) -> None:
    names = [ConversationId(f"c_{number}") for number in range(5)]
    for name in names:
        await begin(store, name)
    sends = [store.append(name, [said(f"{n}", f"{n % 30}")]) for n in range(30) for name in names for _ in (1, 2)]
    outcomes = await asyncio.gather(*sends)
    assert sum(outcome.duplicate for outcome in outcomes) == 150
    for name in names:
        events = await store.read(name)
        assert [event.seq for event in events] == list(range(1, 33))


async def test_a_turn_gets_one_final_fact(store: EventStore) -> None:
    await begin(store)
    await store.append(C, [said(), turn("t1", 3), reply("t1")])
    failed = by_assistant(TurnFailed(turn_id=TurnId("t1"), code="x"))
    for second in ([reply("t1", "again")], [failed], [said(client_id="m2"), failed]):
        with pytest.raises(ConcurrentTurn):
            await store.append(C, second)
    assert await store.last_seq(C) == 5
    with pytest.raises(ConcurrentTurn):
        await store.append(C, [turn("t2"), reply("t2"), reply("t2")])
    assert not (await store.append(C, [turn("t2"), reply("t2")])).duplicate


async def test_a_lease_is_exclusive_until_it_runs_out(store: EventStore, clock: SetClock) -> None:
    await begin(store)
    first = await store.take_lease(C, owner="a", seconds=15)
    assert first is not None
    assert await store.take_lease(C, owner="b", seconds=15) is None
    clock.advance(15)
    second = await store.take_lease(C, owner="b", seconds=15)
    assert second is not None
    assert second.epoch > first.epoch


async def test_a_clock_that_is_put_back_does_not_make_a_lease_last(store: EventStore, clock: SetClock) -> None:
    await begin(store)
    first = await store.take_lease(C, owner="a", seconds=15)
    clock.advance(-7200)
    second = await store.take_lease(C, owner="b", seconds=15)
    assert first is not None and second is not None and second.epoch > first.epoch
    assert await store.take_lease(C, owner="c", seconds=15) is None


async def test_the_same_owner_may_take_its_lease_anew(store: EventStore) -> None:
    await begin(store)
    first = await store.take_lease(C, owner="a", seconds=15)
    second = await store.take_lease(C, owner="a", seconds=15)
    assert first is not None
    assert second is not None
    assert second.epoch > first.epoch


async def test_a_released_lease_is_free_at_once_and_an_outdated_release_frees_nothing(store: EventStore) -> None:
    await begin(store)
    first = await store.take_lease(C, owner="a", seconds=15)
    assert first is not None
    await store.release_lease(first)
    second = await store.take_lease(C, owner="b", seconds=15)
    assert second is not None
    await store.release_lease(first)
    assert await store.take_lease(C, owner="c", seconds=15) is None


async def test_a_write_under_an_outdated_lease_is_refused_even_when_both_workers_finish(
    store: EventStore, clock: SetClock
) -> None:
    await begin(store)
    await store.append(C, [said(), turn("t1", 3)])
    stalled = await store.take_lease(C, owner="a", seconds=15)
    clock.advance(16)
    current = await store.take_lease(C, owner="b", seconds=15)
    with pytest.raises(ConcurrentTurn):
        await store.append(C, [reply("t1", "late")], lease=stalled)
    assert (await store.append(C, [reply("t1", "in time")], lease=current)).events[0].seq == 5
    with pytest.raises(ConcurrentTurn):
        await store.append(C, [reply("t1", "late")], lease=stalled)


async def test_one_refused_append_does_not_touch_its_neighbours_in_the_same_commit(store: EventStore) -> None:
    await begin(store)
    await store.append(C, [said("hi", "m1")])
    outcomes = await asyncio.gather(
        store.append(C, [said("a", "m2")]),
        store.append(C, [said("other", "m1")]),
        store.append(ConversationId("c_nowhere"), [said()]),
        store.append(C, [said("b", "m3")], expected_seq=99),
        store.append(C, [said("c", "m4")]),
        return_exceptions=True,
    )
    kinds = [type(outcome).__name__ for outcome in outcomes]
    assert kinds == ["Appended", "ClientIdReused", "ConversationNotFound", "ConcurrentTurn", "Appended"]
    assert await store.last_seq(C) == 5


async def test_a_cancelled_caller_leaves_the_log_whole(store: EventStore) -> None:
    await begin(store)
    task = asyncio.create_task(store.append(C, [said("hi", "m1")]))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.append(C, [said("hi", "m1")])
    assert [event.seq for event in await store.read(C)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("history", "open_"),
    [
        ([], False),
        ([said()], True),
        ([said(), turn("t1", 3)], True),
        ([said(), turn("t1", 3), reply("t1")], False),
        ([said(), turn("t1", 3), by_assistant(TurnFailed(turn_id=TurnId("t1"), code="x"))], False),
        ([said(), turn("t1", 3), reply("t1", "", interrupted=True)], True),
        ([said(), turn("t1", 3), reply("t1", "Hel", interrupted=True)], False),
        ([said(), turn("t1", 3), said("more", "m2"), reply("t1", "Hel", interrupted=True)], True),
    ],
)
async def test_what_no_turn_has_served_is_found_after_a_crash(
    reopen: Reopen, store: EventStore, history: list[Draft], open_: bool
) -> None:
    await begin(store)
    await begin(store, ConversationId("c_other"))
    for draft in history:
        await store.append(C, [draft])
    assert await (await reopen()).unanswered() == ((C,) if open_ else ())


@pytest.mark.parametrize(
    ("history", "there"),
    [
        ([], False),
        ([ASKED], True),
        ([ASKED, JOINED], True),
        ([ASKED, JOINED, AgentLeft(agent_id="a", name="Ada")], False),
        ([ASKED, JOINED, AgentLeft(agent_id="a", name="Ada"), ASKED], True),
        ([ASKED, ConversationClosed(reason="done")], False),
    ],
)
async def test_who_waits_for_a_person_or_has_one_is_listed(
    reopen: Reopen, store: EventStore, history: list[Fact], there: bool
) -> None:
    await begin(store)
    await begin(store, ConversationId("c_other"))
    for fact in history:
        await store.append(C, [Draft(fact=fact, actor=SYSTEM, channel="desk")])
    assert await (await reopen()).with_people() == ((C,) if there else ())


async def test_another_handle_sees_what_was_acknowledged(reopen: Reopen, store: EventStore) -> None:
    await begin(store)
    other = await reopen()
    await store.append(C, [said("hi")])
    assert (await other.append(C, [said("hi")])).duplicate
    await other.append(C, [said("more", "m2")])
    assert await store.read(C) == await other.read(C)
    assert await store.last_seq(C) == 4


async def test_after_close_it_says_that_it_is_closed(store: EventStore) -> None:
    await begin(store)
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.append(C, [said()])
    with pytest.raises(StoreUnavailable):
        await store.read(C)


async def test_an_orphan_is_unanswered_quiet_and_held_by_nobody(store: EventStore, clock: SetClock) -> None:
    await begin(store)
    await store.append(C, [said()])
    assert await store.orphaned(quiet_seconds=2) == ()
    clock.advance(3)
    assert await store.orphaned(quiet_seconds=2) == (C,)
    lease = await store.take_lease(C, owner="a", seconds=15)
    assert lease is not None
    assert await store.orphaned(quiet_seconds=2) == ()
    clock.advance(15)
    assert await store.orphaned(quiet_seconds=2) == (C,)
    await store.append(C, [turn("t1", 3), reply("t1")])
    assert await store.orphaned(quiet_seconds=0) == ()


async def test_the_last_seqs_of_many_are_asked_for_at_once(store: EventStore) -> None:
    other = ConversationId("c_2")
    await begin(store)
    await begin(store, other)
    await store.append(other, [said()])
    assert await store.last_seqs([C, other, ConversationId("c_nowhere")]) == {C: 2, other: 3}
    assert await store.last_seqs([]) == {}


async def test_every_handle_knows_the_histories_name(reopen: Reopen, store: EventStore) -> None:
    assert store.generation
    assert (await reopen()).generation == store.generation
