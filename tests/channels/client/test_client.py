"""The Python client against a real server: what was said is there once, and every event comes once, however the line goes."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from assistant.state_hash import state_hash as servers_hash
from channels.client import (
    AisleClient,
    Closed,
    Delta,
    Event,
    FileOutbox,
    HistoryChanged,
    Log,
    MemoryOutbox,
    Outgoing,
    Problem,
    Rejected,
    Replaced,
    Ticket,
    TokenRefused,
    fact_of,
    state_hash,
)
from channels.client import facts as told
from tests.channels.client.cutting_proxy import CuttingProxy, cutting_proxy
from tests.channels.house import Gate, Served, build_house, serving

pytestmark = pytest.mark.anyio
SOON = 10


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path)) as running:
        yield running


@contextlib.asynccontextmanager
async def client(url: str) -> AsyncIterator[AisleClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=SOON) as http:
        yield AisleClient(url, http=http, socket_options={"proxy": None})


@pytest.fixture
async def aisle(served: Served) -> AsyncIterator[AisleClient]:
    async with client(served.url) as one:
        yield one


@pytest.fixture
async def proxy(served: Served) -> AsyncIterator[CuttingProxy]:
    async with cutting_proxy(served.url) as one:
        yield one


async def test_a_message_is_accepted_and_its_reply_comes(aisle: AisleClient) -> None:
    async with asyncio.timeout(SOON), aisle.open(await aisle.start(locale="en")) as conversation:
        reply = await conversation.ask("hello")
        assert isinstance(reply, told.AssistantSaid) and reply.text == "You said: hello"
        assert [line.who for line in conversation.log.transcript] == ["customer", "assistant"]
        assert conversation.unsent == ()


async def test_the_same_client_id_is_one_message_and_with_other_words_it_is_rejected(aisle: AisleClient) -> None:
    async with asyncio.timeout(SOON), aisle.open(await aisle.start()) as conversation:
        first = await conversation.send("hello", client_id="one")
        assert await conversation.send("hello", client_id="one") == first
        with pytest.raises(Rejected) as refused:
            await conversation.send("goodbye", client_id="one")
        assert refused.value.code == "client_id_reused"


async def test_the_log_of_every_device_has_the_servers_state_hash(served: Served, aisle: AisleClient) -> None:
    ticket = await aisle.start()
    async with asyncio.timeout(SOON), aisle.open(ticket) as one, aisle.open(ticket) as other:
        await one.ask("hello")
        await one.act("add_to_cart", {"variant_id": "v1"})
        last_seq = (await aisle.status(ticket))["last_seq"]
        logs = [await one.reached(last_seq), await other.reached(last_seq)]
        state = await served.house.assistant.state(ticket.conversation_id)
        if state.last_seq == last_seq:
            assert {state_hash(log) for log in logs} == {servers_hash(state)}
        assert (
            logs[0] == logs[1] == Log.replay([event for event in await aisle.events(ticket) if event.seq <= last_seq])
        )


async def test_a_client_that_comes_back_agrees_with_the_hash_of_the_welcome(aisle: AisleClient) -> None:
    ticket = await aisle.start()
    async with asyncio.timeout(SOON):
        await aisle.ask_once(ticket, "hello")
        async with aisle.open(ticket) as conversation:
            await conversation.connected()
            assert conversation.agrees is True


async def test_what_was_said_over_a_line_that_breaks_is_there_once_and_in_order(
    served: Served, proxy: CuttingProxy
) -> None:
    async with asyncio.timeout(30), client(proxy.url) as aisle, aisle.open(await aisle.start()) as conversation:
        events = conversation.events(after=0)
        for number in range(12):
            proxy.cut_after = proxy.passed + 37 * number
            sending = asyncio.create_task(conversation.send(f"message {number}"))
            while not sending.done():
                conversation.nudge()
                await asyncio.wait({sending}, timeout=0.02)
            await sending
        proxy.cut_after = None
        conversation.nudge()
        last = (await served.house.assistant.state(conversation.ticket.conversation_id)).last_seq
        got = [await anext(events) for _ in range(last)]
        said = [event.data["text"] for event in got if event.type == "customer_said"]
    assert [event.seq for event in got] == list(range(1, last + 1))
    assert said == [f"message {number}" for number in range(12)]


async def test_a_message_waits_in_the_outbox_over_a_restart_of_the_app_and_is_there_once(
    served: Served, proxy: CuttingProxy, tmp_path: Path
) -> None:
    outbox = FileOutbox(tmp_path / "outbox")
    async with asyncio.timeout(SOON), client(proxy.url) as aisle:
        ticket = await aisle.start()
        proxy.refusing = True
        proxy.cut()
        async with aisle.open(ticket, outbox=outbox) as conversation:
            sending = asyncio.create_task(conversation.send("said in the lift", client_id="lift"))
            while not await outbox.waiting(ticket.conversation_id):
                await asyncio.wait({sending}, timeout=0.02)
            assert [item.text for item in await outbox.waiting(ticket.conversation_id)] == ["said in the lift"]
        with pytest.raises(Closed):
            await sending
        proxy.refusing = False
        async with aisle.open(ticket, outbox=FileOutbox(tmp_path / "outbox")) as conversation:
            assert [item.client_id for item in conversation.unsent] == ["lift"]
            await conversation.send("said in the lift", client_id="lift")
            await conversation.send("and after", client_id="after")
        assert await outbox.waiting(ticket.conversation_id) == []
        said = [event.data["text"] for event in await aisle.events(ticket) if event.type == "customer_said"]
    assert said == ["said in the lift", "and after"]


async def test_a_reader_who_is_slow_or_late_still_gets_every_event_once(aisle: AisleClient) -> None:
    ticket = await aisle.start()
    async with asyncio.timeout(SOON), aisle.open(ticket, folds=False) as conversation:
        slow = conversation.events(after=0)
        for number in range(100):
            await conversation.send(f"{number}")
        late = conversation.events(after=3)
        last = conversation.last_seq
        assert last > 256 / 2
        assert [(await anext(slow)).seq for _ in range(last)] == list(range(1, last + 1))
        assert [(await anext(late)).seq for _ in range(last - 3)] == list(range(4, last + 1))


async def test_a_client_far_behind_reads_on_by_http(served: Served, aisle: AisleClient) -> None:
    ticket = await aisle.start()
    async with asyncio.timeout(SOON):
        for number in range(180):
            await aisle.ask_once(ticket, str(number))
        async with aisle.open(ticket) as conversation:
            last = (await aisle.status(ticket))["last_seq"]
            assert last > 500
            log = await conversation.reached(last)
            assert state_hash(log) == (await aisle.status(ticket))["state_hash"]
            await conversation.connected()


async def test_another_history_ends_the_iterators_and_the_log_begins_anew(aisle: AisleClient) -> None:
    ticket = await aisle.start()
    async with asyncio.timeout(SOON), aisle.open(ticket, log=Log(last_seq=90)) as conversation:
        with pytest.raises(HistoryChanged):
            await anext(conversation.events())
        assert (await conversation.reached(1)).last_seq >= 1
        assert (await anext(conversation.events(after=0))).type == "conversation_started"


async def test_words_come_as_they_are_written_and_a_turn_can_be_stopped(tmp_path: Path) -> None:
    gate = Gate()
    async with (
        asyncio.timeout(SOON),
        serving(build_house(tmp_path, gate)) as served,
        client(served.url) as aisle,
        aisle.open(await aisle.start()) as conversation,
    ):
        heard = conversation.signals()
        await conversation.send("hello")
        delta = await anext(heard)
        while not isinstance(delta, Delta):
            delta = await anext(heard)
        assert delta.text == "Let me look"
        assert await conversation.interrupt(delta.turn_id) is True


async def test_a_code_opens_the_same_conversation_elsewhere(aisle: AisleClient) -> None:
    async with asyncio.timeout(SOON), aisle.open(await aisle.start(channel="kiosk")) as kiosk:
        await kiosk.ask("hello")
        code = await kiosk.transfer_code()
        ticket = await aisle.redeem(code.code)
        async with aisle.open(ticket) as phone:
            log = await phone.reached(kiosk.last_seq)
            assert state_hash(log) == state_hash(await kiosk.reached(log.last_seq))
        with pytest.raises(Problem) as used:
            await aisle.redeem(code.code)
        assert used.value.status == 404


async def test_a_reply_can_be_rated(aisle: AisleClient) -> None:
    async with asyncio.timeout(SOON), aisle.open(await aisle.start()) as conversation:
        await conversation.ask("hello")
        seq = await conversation.feedback(conversation.log.transcript[-1].seq, "up", "kind")
        await conversation.reached(seq)
    given = next(event for event in await aisle.events(conversation.ticket) if event.type == "feedback_given")
    assert fact_of(given) == told.FeedbackGiven(
        about_seq=conversation.log.transcript[-1].seq, rating="up", comment="kind"
    )


async def test_a_token_that_opens_nothing_ends_everything_that_waits(aisle: AisleClient) -> None:
    ticket = await aisle.start()
    foreign = Ticket(conversation_id=ticket.conversation_id, token="not this one")
    async with asyncio.timeout(SOON), aisle.open(foreign) as conversation:
        events = conversation.events()
        with pytest.raises(TokenRefused):
            await conversation.send("hello")
        with pytest.raises(TokenRefused):
            await anext(events)


async def test_a_newer_socket_of_the_same_device_replaces_the_older(aisle: AisleClient) -> None:
    ticket = await aisle.start()
    async with asyncio.timeout(SOON), aisle.open(ticket, device="phone") as old:
        await old.connected()
        async with aisle.open(ticket, device="phone") as new:
            await new.connected()
            with pytest.raises(Replaced):
                await anext(old.events())


async def test_many_conversations_live_in_one_process(aisle: AisleClient) -> None:
    async def one() -> list[Event]:
        async with aisle.open(await aisle.start(), folds=False) as conversation:
            events = conversation.events(after=0)
            accepted = await conversation.send("hello")
            return [await anext(events) for _ in range(accepted.seq)]

    async with asyncio.timeout(20):
        every = await asyncio.gather(*(one() for _ in range(20)))
    assert all([event.seq for event in events] == list(range(1, len(events) + 1)) for events in every)


async def test_a_file_outbox_keeps_the_order_and_each_message_once(tmp_path: Path) -> None:
    for outbox in (MemoryOutbox(), FileOutbox(tmp_path)):
        items = [Outgoing(client_id=f"c{number}", kind="message", text=str(number)) for number in range(12)]
        for item in [*items, *items]:
            await outbox.put("c_/../1", item)
        await outbox.put("c_2", items[0])
        await outbox.remove("c_/../1", "c3")
        await outbox.remove("c_/../1", "c3")
        assert await outbox.waiting("c_/../1") == [item for item in items if item.client_id != "c3"]
        assert await outbox.waiting("c_2") == items[:1]


def test_the_package_stands_alone(tmp_path: Path) -> None:
    """Copied under another name, far from this tree, it imports: `aisle-client` can be cut from it."""
    source = Path(__file__).parents[3] / "channels" / "client"
    shutil.copytree(source, tmp_path / "aisle_client")
    code = (
        "import sys, aisle_client; print({name.partition('.')[0] for name in sys.modules}"
        " & {'channels', 'assistant', 'retrieval', 'model_serving', 'numpy', 'fastapi', 'pydantic', 'msgspec'})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
