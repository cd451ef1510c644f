"""The assistant with a turn that the test steers: what starts a turn, what interrupts one, what survives a crash."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import assistant.sessions as sessions
import assistant.turn_taking as module
from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.conversation import Conversation, Unanswered
from assistant.errors import ClientIdReused, ConversationNotFound, MessageRefused, StoreUnavailable
from assistant.events import (
    ASSISTANT,
    Actor,
    AgentJoined,
    AssistantSaid,
    ConversationClosed,
    ConversationId,
    CustomerSaid,
    Draft,
    Event,
    ToolCalled,
    TurnFailed,
    TurnStarted,
    fact_type,
)
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.ports import Appended, EventStore, Lease
from assistant.session import MOST_MERGED
from assistant.signals import Committed, Delta
from assistant.stores.memory import MemoryEventStore
from assistant.stores.sqlite import SqliteEventStore

pytestmark = pytest.mark.anyio


class SetClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@dataclass
class SteeredTurns:
    """A TurnRunner. While `held`, a turn says `first_words` and waits until it is let go."""

    held: bool = False
    first_words: str = ""
    fails: bool = False
    unwritable: bool = False
    served: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        texts = tuple(waiting.said.text for waiting in said)
        self.served.append((live.id, texts))
        if self.fails:
            raise RuntimeError("a turn that breaks")
        called = ToolCalled(turn_id=live.id, call_id="1", name="look")
        live.record(ASSISTANT, called)
        live.say(self.first_words)
        self.began.set()
        if self.held:
            await self.go.wait()
        versions = MappingProxyType({"model": "x"}) if self.unwritable else {}
        return AssistantSaid(turn_id=live.id, text="re: " + " / ".join(texts), language="en", versions=versions)

    async def running(self) -> None:
        async with asyncio.timeout(5):
            await self.began.wait()
        self.began.clear()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _retry_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(sessions, "RETRY_SECONDS", 0.01)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> AsyncIterator[EventStore]:
    if request.param == "memory":
        yield MemoryEventStore(clock=clock, ids=RandomIds())
    else:
        async with await SqliteEventStore.open(tmp_path / "log.sqlite", clock=clock, ids=RandomIds()) as opened:
            yield opened


@pytest.fixture
def turns() -> SteeredTurns:
    return SteeredTurns()


Begin = Callable[..., Assistant]


@pytest.fixture
async def begin(store: EventStore) -> AsyncIterator[Begin]:
    """Further assistants on the same store, as a restarted process has one."""
    async with AsyncExitStack() as leaving:

        def begin_assistant(turns: SteeredTurns, over: EventStore = store) -> Assistant:
            made = Assistant(store=over, bus=InProcessBus(), run_turn=turns, ids=RandomIds())
            leaving.push_async_callback(made.drain, seconds=0)
            return made

        yield begin_assistant


@pytest.fixture
def assistant(begin: Begin, turns: SteeredTurns) -> Assistant:
    return begin(turns)


async def say(assistant: Assistant, name: ConversationId, text: str, client_id: str | None = None) -> int:
    return (await assistant.receive(name, text, client_id=client_id or text, channel="web")).seq


async def crash(assistant: Assistant) -> None:
    """As when the process dies: nothing more is written by it."""
    await assistant.drain(seconds=0)


def kinds(events: Sequence[Event]) -> list[str]:
    return [fact_type(event.fact) for event in events]


def replies(events: Sequence[Event]) -> list[str]:
    return [event.fact.text for event in events if isinstance(event.fact, AssistantSaid)]


async def test_a_message_is_answered(assistant: Assistant) -> None:
    name, last = await assistant.start(channel="web", locale="en")
    seq = await say(assistant, name, "hi")
    events = await assistant.wait_for_reply(name, seq, timeout=5)
    assert seq == last + 1
    assert kinds(events) == ["customer_said", "turn_started", "tool_called", "assistant_said"]
    assert replies(events) == ["re: hi"]


async def test_the_same_message_twice_starts_nothing(assistant: Assistant, turns: SteeredTurns) -> None:
    name, _ = await assistant.start(channel="web")
    sent = [assistant.receive(name, "hi", client_id="m", channel="web") for _ in range(5)]
    received = await asyncio.gather(*sent)
    assert len({one.seq for one in received}) == 1
    assert sum(not one.duplicate for one in received) == 1
    await assistant.wait_for_reply(name, received[0].seq, timeout=5)
    again = await assistant.receive(name, "hi", client_id="m", channel="mobile")
    assert again.duplicate
    assert len(turns.served) == 1
    with pytest.raises(ClientIdReused):
        await assistant.receive(name, "other", client_id="m", channel="web")


async def test_a_message_during_a_turn_interrupts_it_and_keeps_what_it_did(
    assistant: Assistant, turns: SteeredTurns
) -> None:
    turns.held, turns.first_words = True, "We have"
    name, _ = await assistant.start(channel="web")
    first = await say(assistant, name, "tents?")
    await turns.running()
    assert assistant.partial(name) is not None
    turns.held = False
    second = await say(assistant, name, "no, boots")
    events = await assistant.wait_for_reply(name, second, timeout=5)
    log = await assistant.events(name, after=first - 1)
    assert replies(log) == ["We have", "re: no, boots"]
    assert events[-1] == log[-1]
    assert kinds(log).count("tool_called") == 2
    cut = next(event.fact for event in log if isinstance(event.fact, AssistantSaid))
    assert cut.interrupted
    assert assistant.partial(name) is None


async def test_a_message_before_the_first_word_is_served_together_with_the_one_it_follows(
    assistant: Assistant, turns: SteeredTurns
) -> None:
    turns.held = True
    name, _ = await assistant.start(channel="web")
    first = await say(assistant, name, "tents?")
    await turns.running()
    turns.held = False
    await say(assistant, name, "for two")
    events = await assistant.wait_for_reply(name, first, timeout=5)
    assert replies(events)[-1] == "re: tents? / for two"


async def test_who_writes_faster_than_a_turn_finds_words_is_answered_all_the_same(
    assistant: Assistant, turns: SteeredTurns
) -> None:
    turns.held = True
    name, _ = await assistant.start(channel="web")
    seqs = []
    for number in range(MOST_MERGED):
        seqs.append(await say(assistant, name, f"m{number}"))
        await turns.running()
    seqs += [await say(assistant, name, f"n{number}") for number in range(2 * module.MOST_SERVED + 1)]
    assert len(turns.served) == MOST_MERGED
    turns.held = False
    turns.go.set()
    events = await assistant.wait_for_reply(name, seqs[-1], timeout=5)
    assert [len(texts) for _, texts in turns.served[MOST_MERGED - 1 :]] == [MOST_MERGED, 20, 20, 1]
    assert replies(events)[-1] == "re: n40"
    assert not (await assistant.state(name)).unanswered


async def test_a_button_waits_for_the_running_turn(assistant: Assistant, turns: SteeredTurns) -> None:
    turns.held, turns.first_words = True, "We have"
    name, _ = await assistant.start(channel="web")
    await say(assistant, name, "tents?")
    await turns.running()
    pressed = await assistant.act(name, "add_to_cart", {"variant": "v1", "label": "Add"}, client_id="b", channel="web")
    turns.go.set()
    events = await assistant.wait_for_reply(name, pressed.seq, timeout=5)
    assert replies(await assistant.events(name)) == ["re: tents?", "re: Add"]
    button = events[0].fact
    assert isinstance(button, CustomerSaid)
    assert button.action is not None
    assert button.action.arguments == {"variant": "v1"}


async def test_many_messages_at_once_are_all_served_and_published_in_order(assistant: Assistant) -> None:
    name, last = await assistant.start(channel="web")
    async with assistant.subscribe(name) as messages:
        seqs = await asyncio.gather(*(say(assistant, name, f"m{number}") for number in range(30)))
        for seq in seqs:
            await assistant.wait_for_reply(name, seq, timeout=5)
        log = await assistant.events(name, after=last)
        published: list[int] = []
        while len(published) < len(log):
            message = await anext(messages)
            if isinstance(message, Committed):
                published += [event.seq for event in message.events]
    assert published == [event.seq for event in log] == list(range(last + 1, last + 1 + len(log)))
    assert (await assistant.state(name)) == Conversation.replay(await assistant.events(name))
    answered = {seq for event in log if isinstance(event.fact, TurnStarted) for seq in event.fact.answers}
    assert answered == set(seqs)


async def test_words_are_published_as_they_are_said(assistant: Assistant, turns: SteeredTurns) -> None:
    turns.first_words = "We have"
    name, _ = await assistant.start(channel="web")
    async with assistant.subscribe(name) as messages:
        await say(assistant, name, "hi")
        async with asyncio.timeout(5):
            while not isinstance(message := await anext(messages), Delta):
                continue
    assert (message.offset, message.text) == (0, "We have")


async def test_stopping_keeps_what_was_said(assistant: Assistant, turns: SteeredTurns) -> None:
    turns.held, turns.first_words = True, "We have"
    name, _ = await assistant.start(channel="web")
    seq = await say(assistant, name, "tents?")
    await turns.running()
    assert not await assistant.interrupt(name, "t_other")
    assert await assistant.interrupt(name, turns.served[0][0])
    events = await assistant.wait_for_reply(name, seq, timeout=5)
    assert replies(events) == ["We have"]
    assert not await assistant.interrupt(name, turns.served[0][0])


async def test_stopping_speech_keeps_what_was_heard_even_when_words_follow_at_once(
    assistant: Assistant, turns: SteeredTurns
) -> None:
    turns.held, turns.first_words = True, "We have three tents"
    name, _ = await assistant.start(channel="call")
    seq = await say(assistant, name, "tents?")
    await turns.running()
    turns.held = False
    await asyncio.gather(
        assistant.interrupt(name, turns.served[0][0], heard="We have"), say(assistant, name, "only green ones")
    )
    events = await assistant.wait_for_reply(name, seq, timeout=5)
    assert replies(events) == ["We have"]


async def test_stopping_before_the_first_word_ends_the_turn_and_does_not_run_it_again(
    assistant: Assistant, turns: SteeredTurns
) -> None:
    turns.held = True
    name, _ = await assistant.start(channel="web")
    seq = await say(assistant, name, "tents?")
    await turns.running()
    await assistant.interrupt(name, turns.served[0][0])
    events = await assistant.wait_for_reply(name, seq, timeout=5)
    assert events[-1].fact == TurnFailed(turn_id=events[1].fact.turn_id, code="interrupted")  # type: ignore[union-attr]
    await assistant.drain(seconds=5)
    assert len(turns.served) == 1
    assert not (await assistant.state(name)).unanswered


async def test_a_turn_that_breaks_is_a_fact_and_the_customer_gets_a_sentence(
    assistant: Assistant, turns: SteeredTurns, caplog: pytest.LogCaptureFixture
) -> None:
    turns.fails = True
    name, _ = await assistant.start(channel="web")
    events = await assistant.wait_for_reply(name, await say(assistant, name, "hi"), timeout=5)
    failed = events[-1].fact
    assert isinstance(failed, TurnFailed)
    assert failed.text
    turns.fails = False
    events = await assistant.wait_for_reply(name, await say(assistant, name, "again"), timeout=5)
    assert replies(events) == ["re: again"]
    assert "hi" not in caplog.messages[0]


async def test_after_a_crash_the_orphan_is_run_again_under_its_turn_id(
    assistant: Assistant, begin: Begin, turns: SteeredTurns, clock: SetClock
) -> None:
    turns.held, turns.first_words = True, "We ha"
    name, _ = await assistant.start(channel="web")
    seq = await say(assistant, name, "tents?")
    await turns.running()
    await crash(assistant)
    clock.time += timedelta(seconds=60)
    after = SteeredTurns()
    restarted = begin(after)
    assert await restarted.resume_unanswered() == 1
    events = await restarted.wait_for_reply(name, seq, timeout=5)
    assert kinds(events) == ["customer_said", "turn_started", "tool_called", "assistant_said"]
    assert after.served == turns.served
    await restarted.drain(seconds=5)
    assert await begin(SteeredTurns()).resume_unanswered() == 0


async def test_a_message_that_waited_during_a_crashed_turn_is_served_too(
    assistant: Assistant, begin: Begin, turns: SteeredTurns, clock: SetClock
) -> None:
    turns.held = True
    name, _ = await assistant.start(channel="web")
    await say(assistant, name, "tents?")
    await turns.running()
    pressed = await assistant.act(name, "compare", {}, client_id="b", channel="web")
    await crash(assistant)
    clock.time += timedelta(seconds=60)
    restarted = begin(SteeredTurns())
    await restarted.resume_unanswered()
    await restarted.wait_for_reply(name, pressed.seq, timeout=5)
    assert replies(await restarted.events(name)) == ["re: tents?", "re: Compare"]


async def test_two_workers_never_give_two_replies_to_one_turn(
    assistant: Assistant, begin: Begin, turns: SteeredTurns, clock: SetClock
) -> None:
    turns.held = True
    name, _ = await assistant.start(channel="web")
    seq = await say(assistant, name, "tents?")
    await turns.running()
    clock.time += timedelta(seconds=60)  # the first worker stalls past its lease
    other = begin(SteeredTurns())
    await other.resume_unanswered()
    await other.wait_for_reply(name, seq, timeout=5)
    turns.go.set()
    await assistant.drain(seconds=5)
    log = await assistant.events(name)
    assert replies(log) == ["re: tents?"]
    assert await assistant.state(name) == Conversation.replay(log)


async def test_a_message_to_a_worker_without_the_lease_is_served_once_it_is_free(
    assistant: Assistant, begin: Begin, store: EventStore, clock: SetClock
) -> None:
    name, _ = await assistant.start(channel="web")
    held = await store.take_lease(name, owner="another worker", seconds=15)
    assert held is not None
    seq = await say(assistant, name, "hi")
    await store.release_lease(held)
    assert replies(await assistant.wait_for_reply(name, seq, timeout=5)) == ["re: hi"]


async def test_a_caller_that_goes_away_while_its_message_is_written_is_answered_all_the_same(
    assistant: Assistant, turns: SteeredTurns
) -> None:
    name, _ = await assistant.start(channel="web")
    sending = asyncio.create_task(say(assistant, name, "hi"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    seq = await say(assistant, name, "hi")
    assert replies(await assistant.wait_for_reply(name, seq, timeout=5)) == ["re: hi"]
    assert len(turns.served) == 1


async def test_what_others_wrote_meanwhile_is_folded_before_what_follows(
    assistant: Assistant, store: EventStore
) -> None:
    name, _ = await assistant.start(channel="web")
    joined = Draft(fact=AgentJoined(agent_id="a", name="Ann"), actor=Actor(kind="agent", id="a"), channel="desk")
    await store.append(name, [joined])
    await say(assistant, name, "hi")
    state = await assistant.state(name)
    assert state.status == "agent"
    assert state == Conversation.replay(await assistant.events(name))


class FailingStore:
    """A store whose disk is full while `full`."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self.full = False
        self.refused = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def append(
        self,
        conversation: ConversationId,
        drafts: Sequence[Draft],
        *,
        expected_seq: int | None = None,
        lease: Lease | None = None,
    ) -> Appended:
        if self.full:
            self.refused.set()
            raise StoreUnavailable("the disk is full")
        return await self._store.append(conversation, drafts, expected_seq=expected_seq, lease=lease)


async def test_a_full_disk_refuses_the_message_and_takes_it_when_there_is_space(
    begin: Begin, store: EventStore
) -> None:
    disk, turns = FailingStore(store), SteeredTurns()
    assistant = begin(turns, over=disk)
    name, _ = await assistant.start(channel="web")
    disk.full = True
    with pytest.raises(StoreUnavailable):
        await say(assistant, name, "hi")
    disk.full = False
    seq = await say(assistant, name, "hi")
    assert replies(await assistant.wait_for_reply(name, seq, timeout=5)) == ["re: hi"]


async def test_a_reply_for_which_there_was_no_space_is_stored_later_without_a_second_turn(
    begin: Begin, store: EventStore
) -> None:
    disk, turns = FailingStore(store), SteeredTurns(held=True)
    assistant = begin(turns, over=disk)
    name, _ = await assistant.start(channel="web")
    seq = await say(assistant, name, "hi")
    await turns.running()
    disk.full = True
    turns.go.set()
    await disk.refused.wait()
    disk.full = False
    assert replies(await assistant.wait_for_reply(name, seq, timeout=5)) == ["re: hi"]
    assert len(turns.served) == 1


async def test_waiting_for_a_reply_ends_at_its_deadline(assistant: Assistant, turns: SteeredTurns) -> None:
    turns.held = True
    name, _ = await assistant.start(channel="web")
    seq = await say(assistant, name, "hi")
    with pytest.raises(TimeoutError):
        await assistant.wait_for_reply(name, seq, timeout=0.01)


async def test_when_an_agent_answers_nobody_waits_for_the_assistant(assistant: Assistant, store: EventStore) -> None:
    name, _ = await assistant.start(channel="web")
    joined = Draft(fact=AgentJoined(agent_id="a", name="Ann"), actor=Actor(kind="agent", id="a"), channel="desk")
    await store.append(name, [joined])
    seq = await say(assistant, name, "hi")
    assert kinds(await assistant.wait_for_reply(name, seq, timeout=5)) == ["customer_said"]


async def test_a_closed_conversation_takes_no_message(begin: Begin, assistant: Assistant, store: EventStore) -> None:
    name, _ = await assistant.start(channel="web")
    closed = Draft(fact=ConversationClosed(reason="done"), actor=ASSISTANT, channel="web")
    await store.append(name, [closed])
    with pytest.raises(MessageRefused) as refused:
        await say(begin(SteeredTurns()), name, "hi")
    assert refused.value.code == "conversation_closed"


@pytest.mark.parametrize(
    ("text", "client_id", "code"),
    [
        ("", "m", "empty"),
        (" \n\t", "m", "empty"),
        ("\x00\x01\x1b", "m", "empty"),
        ("\ud800", "m", "empty"),
        ("x" * 4_001, "m", "too_long"),
        ("x" * 100_000, "m", "too_long"),
        ("hi", "", "bad_client_id"),
        ("hi", "x" * 129, "bad_client_id"),
        ("hi", "a\x00b", "bad_client_id"),
        ("hi", "\udfff", "bad_client_id"),
    ],
)
async def test_bad_messages_are_refused_and_leave_no_trace(
    assistant: Assistant, text: str, client_id: str, code: str
) -> None:
    name, last = await assistant.start(channel="web")
    with pytest.raises(MessageRefused) as refused:
        await assistant.receive(name, text, client_id=client_id, channel="web")
    assert refused.value.code == code
    assert (await assistant.state(name)).last_seq == last


async def test_text_is_kept_as_it_was_but_for_what_cannot_be_shown(assistant: Assistant) -> None:
    name, _ = await assistant.start(channel="web")
    text = "<script>alert(1)</script> 日本\n\t👩‍🚀 ' OR 1=1 -- é"
    seq = await say(assistant, name, f" {text}\x00\x7f\ud83d ", client_id="m")
    (event, *_) = await assistant.wait_for_reply(name, seq, timeout=5)
    assert isinstance(event.fact, CustomerSaid)
    assert event.fact.text == text


@pytest.mark.parametrize(
    ("action", "arguments", "code"),
    [
        ("", {}, "unknown_action"),
        ("x" * 65, {}, "unknown_action"),
        ("add", {"variant": "\ud800"}, "bad_arguments"),
        ("add", {"variant": "x" * 20_000}, "too_long"),
        ("add", {"variant": object()}, "bad_arguments"),
    ],
)
async def test_bad_buttons_are_refused(assistant: Assistant, action: str, arguments: dict[str, Any], code: str) -> None:
    name, _ = await assistant.start(channel="web")
    with pytest.raises(MessageRefused) as refused:
        await assistant.act(name, action, arguments, client_id="b", channel="web")
    assert refused.value.code == code


async def test_an_unknown_conversation_is_not_found(assistant: Assistant) -> None:
    with pytest.raises(ConversationNotFound):
        await say(assistant, ConversationId("c_nowhere"), "hi")


async def test_joining_and_leaving_a_channel_twice_is_once(assistant: Assistant) -> None:
    name, last = await assistant.start(channel="web")
    await assistant.join(name, "web")
    await assistant.join(name, "call")
    await assistant.join(name, "call")
    await assistant.leave(name, "web")
    await assistant.leave(name, "web")
    assert kinds(await assistant.events(name, after=last)) == ["channel_joined", "channel_left"]
    assert (await assistant.state(name)).channels == ("call",)


async def test_feedback_names_a_reply_that_exists(assistant: Assistant) -> None:
    name, joined = await assistant.start(channel="web")
    said = await say(assistant, name, "hi")
    reply = (await assistant.wait_for_reply(name, said, timeout=5))[-1].seq
    seq = await assistant.feedback(name, about_seq=reply, rating="up", channel="web")
    assert seq == reply + 1
    for no_reply in (joined, said, seq, 99, 0):
        with pytest.raises(MessageRefused):
            await assistant.feedback(name, about_seq=no_reply, rating="up", channel="web")


async def test_draining_waits_for_the_running_turn(assistant: Assistant, turns: SteeredTurns) -> None:
    turns.held = True
    name, _ = await assistant.start(channel="web")
    await say(assistant, name, "hi")
    await turns.running()
    turns.go.set()
    await assistant.drain(seconds=5)
    assert replies(await assistant.events(name)) == ["re: hi"]


async def test_a_customer_with_a_token_is_known_from_the_start(assistant: Assistant) -> None:
    name, _ = await assistant.start(channel="web", customer_id="u1")
    assert (await assistant.state(name)).customer_id == "u1"


async def test_a_reply_that_cannot_be_written_down_ends_in_a_sentence_all_the_same(
    assistant: Assistant, turns: SteeredTurns, store: EventStore
) -> None:
    """Else the conversation would wait for ever."""
    name, _ = await assistant.start(channel="web")
    turns.unwritable = True
    seq = await say(assistant, name, "hello")
    events = await assistant.wait_for_reply(name, seq, timeout=5)
    failed = events[-1].fact
    assert isinstance(failed, TurnFailed) and failed.code == "internal" and failed.text
    turns.unwritable = False
    seq = await say(assistant, name, "again")
    assert isinstance((await assistant.wait_for_reply(name, seq, timeout=5))[-1].fact, AssistantSaid)


async def test_a_store_that_answers_nothing_refuses_the_message_in_time(
    begin: Begin, store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(FailingStore):
        async def append(self, *args: Any, **kwargs: Any) -> Appended:
            if self.full:
                await asyncio.Event().wait()
            return await super().append(*args, **kwargs)

    monkeypatch.setattr("assistant.assistant.ACKNOWLEDGED_SECONDS", 0.05)
    disk = Silent(store)
    assistant = begin(SteeredTurns(), over=disk)
    name, _ = await assistant.start(channel="web")
    disk.full = True
    with pytest.raises(StoreUnavailable, match="same client_id"):
        await say(assistant, name, "hi")
