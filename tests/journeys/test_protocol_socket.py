"""protocol.md over the WebSocket: frames, their order, resuming, and every close code."""

from __future__ import annotations

import asyncio
import json

import pytest
import websockets

from assistant.events import SYSTEM, Actor, AssistantSaid, Draft, NoteAdded
from channels.settings import ChannelSettings
from tests.channels.house import Gate, build_house, seqs_of, serving, types_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def served(tmp_path):
    async with serving(build_house(tmp_path)) as running:
        yield running


async def test_welcome_then_every_event_in_order_then_live(served):
    opened = await served.start()
    await opened.say("hello", "m1")
    async with served.socket() as socket:
        await socket.send(opened.hello())
        frames = await socket.until("live")
    assert {name: told for name, told in frames[0].items() if name not in ("state_hash", "generation")} == {
        "type": "welcome",
        "conversation_id": opened.conversation_id,
        "last_seq": 5,
        "status": "assistant",
    }
    assert seqs_of(frames) == [1, 2, 3, 4, 5]
    assert [frame["event"] for frame in frames[1:-1]] == await opened.events()


async def test_a_message_is_accepted_then_its_events_and_words_follow(served):
    opened = await served.start()
    async with served.socket() as socket:
        await socket.send(opened.hello(after=opened.last_seq))
        assert types_of(await socket.until("live")) == ["welcome", "live"]
        await socket.send({"type": "message", "client_id": "m1", "text": "two words"})
        frames = await socket.until_event("assistant_said")
    assert frames[0] == {"type": "accepted", "client_id": "m1", "seq": 3}
    assert types_of(frames)[1] == "customer_said"
    assert seqs_of(frames) == [3, 4, 5]
    deltas = [frame for frame in frames if frame["type"] == "delta"]
    written = ""
    for delta in deltas:
        written = written[: delta["offset"]] + delta["text"]
    assert written == frames[-1]["event"]["data"]["text"] == "You said: two words"
    stages = [frame for frame in frames if frame["type"] == "signal"]
    assert stages[0]["signal"] == "stage" and stages[0]["label"] == "Writing…"


async def test_a_frame_sent_twice_is_accepted_twice_with_one_seq(served):
    opened = await served.start()
    async with served.socket() as socket:
        await socket.send(opened.hello())
        await socket.until("live")
        for _ in range(2):
            await socket.send({"type": "message", "client_id": "m1", "text": "hello"})
        frames = await socket.until_event("assistant_said")
        while len([frame for frame in frames if frame["type"] == "accepted"]) < 2:
            frames.append(await socket.read())
    assert [frame["seq"] for frame in frames if frame["type"] == "accepted"] == [3, 3]
    assert len(await opened.events()) == 5


async def test_a_client_id_with_another_body_is_an_error_on_any_transport(served):
    opened = await served.start()
    await opened.say("hello", "m1")
    async with served.socket() as socket:
        await socket.send(opened.hello())
        await socket.until("live")
        await socket.send({"type": "message", "client_id": "m1", "text": "other"})
        error = (await socket.until("error"))[-1]
    assert (error["code"], error["client_id"]) == ("client_id_reused", "m1") and error["detail"]


async def test_an_action_typing_ack_and_ping(served):
    opened = await served.start()
    async with served.socket() as socket:
        await socket.send(opened.hello())
        await socket.until("live")
        await socket.send({"type": "typing", "on": True})
        await socket.send({"type": "ack", "seq": 2})
        await socket.send({"type": "ping"})
        assert await socket.read() == {"type": "pong"}
        await socket.send({"type": "action", "client_id": "a1", "action": "choose", "arguments": {"text": "blue"}})
        frames = await socket.until_event("assistant_said")
    assert frames[0] == {"type": "accepted", "client_id": "a1", "seq": 3}
    assert frames[1]["event"]["data"]["action"] == {"name": "choose", "arguments": {"text": "blue"}}


async def test_two_sockets_see_the_same_and_typing_reaches_the_other(served):
    opened = await served.start()
    async with served.socket() as one, served.socket() as two:
        for socket in (one, two):
            await socket.send(opened.hello())
            await socket.until("live")
        await one.send({"type": "typing", "on": True})
        assert await two.read() == {"type": "signal", "signal": "typing", "who": "customer", "on": True}
        await two.send({"type": "message", "client_id": "m1", "text": "hello"})
        seen = await one.until_event("assistant_said"), await two.until_event("assistant_said")
    assert [[f["event"] for f in frames if f["type"] == "event"] for frames in seen] == [
        (await opened.events())[2:]
    ] * 2


async def test_resuming_during_a_turn_gives_a_snapshot_and_then_the_rest(tmp_path):
    gate = Gate()
    async with serving(build_house(tmp_path, gate)) as served:
        opened = await served.start()
        await opened.post("/messages", {"client_id": "m1", "text": "hello"})
        await gate.begun.wait()
        async with served.socket() as socket:
            await socket.send(opened.hello(after=4))
            frames = await socket.until("snapshot")
            assert types_of(frames) == ["welcome", "live", "snapshot"]
            turn = (await opened.get()).json()["turn_id"]
            assert frames[-1] == {"type": "snapshot", "turn_id": turn, "offset": 0, "text": gate.first}
            gate.opened.set()
            frames = await socket.until_event("assistant_said")
        assert frames[0] == {"type": "delta", "turn_id": turn, "offset": len(gate.first), "text": gate.rest}


async def test_a_message_during_a_turn_interrupts_it_and_loses_nothing(tmp_path):
    gate = Gate()
    async with serving(build_house(tmp_path, gate)) as served:
        opened = await served.start()
        async with served.socket() as socket:
            await socket.send(opened.hello(after=2))
            await socket.until("live")
            await socket.send({"type": "message", "client_id": "m1", "text": "tents"})
            await socket.until("delta")
            await socket.send({"type": "message", "client_id": "m2", "text": "blue ones"})
            frames = await socket.until_event("assistant_said")
            assert frames[-1]["event"]["data"]["interrupted"] is True
            gate.opened.set()
            frames += await socket.until_event("assistant_said")
        assert frames[-1]["event"]["data"]["interrupted"] is False


async def test_interrupting_over_the_socket(tmp_path):
    gate = Gate()
    async with serving(build_house(tmp_path, gate)) as served:
        opened = await served.start()
        async with served.socket() as socket:
            await socket.send(opened.hello(after=2))
            await socket.until("live")
            await socket.send({"type": "message", "client_id": "m1", "text": "tents"})
            delta = (await socket.until("delta"))[-1]
            await socket.send({"type": "interrupt", "turn_id": delta["turn_id"], "heard": "Let me"})
            said = (await socket.until_event("assistant_said"))[-1]["event"]["data"]
    assert (said["text"], said["interrupted"]) == ("Let me", True)


@pytest.mark.parametrize("after", [0, 3, 6, 9])
async def test_resuming_anywhere_misses_nothing_and_repeats_nothing(served, after):
    opened = await served.start()
    for number in range(3):
        await opened.say(f"message {number}", f"m{number}")
    async with served.socket() as socket:
        await socket.send(opened.hello(after=after))
        frames = await socket.until("live")
    assert seqs_of(frames) == list(range(after + 1, 12))


async def test_a_history_the_server_does_not_know_is_reset(served):
    opened = await served.start()
    async with served.socket() as socket:
        await socket.send(opened.hello(after=1_000))
        frames = await socket.until("live")
        assert types_of(frames) == ["welcome", "reset", "live"] and frames[1]["reason"]
        await socket.send({"type": "message", "client_id": "m1", "text": "hi"})
        assert seqs_of(await socket.until_event("assistant_said")) == [3, 4, 5]


async def test_who_missed_more_than_500_events_is_told_to_read_them_by_http(served):
    opened = await served.start()
    for _ in range(101):
        drafts = [
            Draft(fact=AssistantSaid(turn_id=f"x{_}{n}", text="x", language="en"), actor=SYSTEM, channel="web")
            for n in range(5)
        ]
        await served.house.store.append(opened.conversation_id, drafts)
    served.house.assistant._sessions.forget()
    async with served.socket() as socket:
        await socket.send(opened.hello(after=2))
        frames = await socket.until("live")
        assert types_of(frames) == ["welcome", "reset", "live"]
        assert frames[0]["last_seq"] == 507
    page = (await opened.get("/events?after=2&limit=500")).json()
    assert len(page["events"]) == 500 and page["last_seq"] == 507
    async with served.socket() as socket:
        await socket.send(opened.hello(after=7))
        assert len(seqs_of(await socket.until("live"))) == 500


async def test_what_is_for_agents_only_never_reaches_a_customer_and_leaves_no_gap(served):
    opened = await served.start()
    note = Draft(
        fact=NoteAdded(agent_id="agent-smith", text="SECRET"),
        actor=Actor(kind="agent", id="agent-smith"),
        channel="desk",
    )
    await served.house.store.append(opened.conversation_id, [note])
    served.house.assistant._sessions.forget()
    said = await opened.say("hello", "m1")
    assert said["seq"] == 4
    async with served.socket() as socket:
        await socket.send(opened.hello())
        frames = await socket.until("live")
    events = await opened.events()
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5, 6] == seqs_of(frames)
    assert "SECRET" not in json.dumps([events, frames]) and "note_added" not in json.dumps([events, frames])
    assert "agent-smith" not in json.dumps(events)


async def test_no_hello_within_the_time_closes_with_4408(tmp_path):
    async with serving(build_house(tmp_path), ChannelSettings(hello_seconds=0.05)) as served, served.socket() as socket:
        assert await socket.closed() == 4408


@pytest.mark.parametrize(
    "first",
    [
        "nonsense",
        "[]",
        "{}",
        '{"type": 5}',
        '{"type": "hello"}',
        '{"type": "hello", "token": 5, "conversation_id": "c"}',
        '{"type": "message", "client_id": "m", "text": "x"}',
        '{"type": "wave"}',
        b"\x00\x01",
        "[" * 60_000,
    ],
)
async def test_a_first_frame_that_is_no_hello_closes_with_4400(served, first):
    async with served.socket() as socket:
        await socket.connection.send(first)
        assert await socket.closed() == 4400


@pytest.mark.parametrize("after", [-1, "x", 1.5, None, True])
async def test_a_hello_with_a_seq_that_is_none_closes_with_4400(served, after):
    opened = await served.start()
    async with served.socket() as socket:
        await socket.send(opened.hello(after=after))
        assert await socket.closed() == 4400


async def test_a_wrong_a_foreign_and_a_missing_token_close_with_4401(served):
    mine, other = await served.start(), await served.start()
    for hello in (
        mine.hello(token="nonsense"),
        mine.hello(token=""),
        {**mine.hello(), "conversation_id": other.conversation_id},
        {**mine.hello(), "conversation_id": "c_unknown"},
        {name: value for name, value in mine.hello().items() if name != "token"},
    ):
        async with served.socket() as socket:
            await socket.send(hello)
            assert await socket.closed() == 4401


async def test_a_page_of_another_site_may_not_open_a_socket(tmp_path):
    settings = ChannelSettings(allowed_origins=("https://shop.example",))
    async with serving(build_house(tmp_path), settings) as served:
        opened = await served.start()
        async with served.socket(origin="https://evil.example") as socket:
            assert await socket.closed() == 4401
        for origin in ("https://shop.example", "http://localhost:5173", served.url):
            async with served.socket(origin=origin) as socket:
                await socket.send(opened.hello())
                await socket.until("live")


async def test_a_frame_over_64_kb_closes_with_4413(served):
    opened = await served.start()
    for size in (65_537, 1_000_000):
        async with served.socket() as socket:
            await socket.send(opened.hello())
            await socket.until("live")
            await socket.connection.send("x" * size)
            assert await socket.closed() == 4413
    assert len(await opened.events()) == 2


async def test_a_hello_over_64_kb_closes_with_4413(served):
    async with served.socket() as socket:
        await socket.send({"type": "hello", "token": "x" * 70_000, "conversation_id": "c"})
        assert await socket.closed() == 4413


async def test_too_many_messages_close_with_4429(tmp_path):
    async with serving(build_house(tmp_path), ChannelSettings(messages_at_once=3)) as served:
        opened = await served.start()
        async with served.socket() as socket:
            await socket.send(opened.hello())
            await socket.until("live")
            for number in range(4):
                await socket.send({"type": "message", "client_id": f"m{number}", "text": "hi"})
            error = (await socket.until("error"))[-1]
            assert (error["code"], error["client_id"]) == ("too_many_messages", "m3")
            assert await socket.closed() == 4429


async def test_too_many_sockets_of_one_conversation_close_with_4429(tmp_path):
    async with serving(build_house(tmp_path), ChannelSettings(connections_per_conversation=1)) as served:
        opened = await served.start()
        async with served.socket() as one, served.socket() as two:
            await one.send(opened.hello())
            await one.until("live")
            await two.send(opened.hello())
            assert await two.closed() == 4429


async def test_a_newer_socket_of_the_same_device_replaces_the_older(served):
    opened = await served.start()
    async with served.socket() as one, served.socket() as two, served.socket() as other:
        await one.send(opened.hello(device="tablet"))
        await one.until("live")
        await other.send(opened.hello(device="phone"))
        await other.until("live")
        await two.send(opened.hello(device="tablet"))
        await two.until("live")
        assert await one.closed() == 4409
        await two.send({"type": "message", "client_id": "m1", "text": "hi"})
        await two.until_event("assistant_said")
        await other.until_event("assistant_said")


async def test_malformed_json_after_hello_is_an_error_and_closes_with_4400(served):
    opened = await served.start()
    async with served.socket() as socket:
        await socket.send(opened.hello())
        await socket.until("live")
        await socket.connection.send('{"type": "message"')
        assert (await socket.read())["code"] == "malformed"
        assert await socket.closed() == 4400


@pytest.mark.parametrize(
    ("frame", "code", "client_id"),
    [
        ({"type": "message", "client_id": "m1"}, "malformed", "m1"),
        ({"type": "message", "client_id": "m1", "text": 7}, "malformed", "m1"),
        ({"type": "message", "client_id": "m1", "text": " "}, "empty", "m1"),
        ({"type": "message", "client_id": "m1", "text": "x" * 4_001}, "too_long", "m1"),
        ({"type": "message", "client_id": "", "text": "x"}, "bad_client_id", None),
        ({"type": "action", "client_id": "m1", "action": "", "arguments": {}}, "unknown_action", "m1"),
        ({"type": "action", "client_id": "m1", "action": "x", "arguments": []}, "malformed", "m1"),
        ({"type": "dance"}, "unknown_type", None),
        ({"type": "audio_start", "format": "pcm16", "rate": 16000}, "speech_not_installed", None),
    ],
)
async def test_a_frame_that_cannot_be_served_is_an_error_and_the_socket_stays(served, frame, code, client_id):
    opened = await served.start()
    async with served.socket() as socket:
        await socket.send(opened.hello())
        await socket.until("live")
        await socket.send(frame)
        error = await socket.read()
        assert (error["type"], error["code"], error.get("client_id")) == ("error", code, client_id)
        await socket.send({"type": "message", "client_id": "m2", "text": "still here"})
        assert (await socket.read()) == {"type": "accepted", "client_id": "m2", "seq": 3}


async def test_half_a_surrogate_pair_is_refused_and_the_socket_stays(served):
    opened = await served.start()
    async with served.socket() as socket:
        await socket.send(opened.hello())
        await socket.until("live")
        await socket.connection.send('{"type": "message", "client_id": "m1", "text": "\\ud800"}')
        assert (await socket.read())["type"] == "error"
        await socket.send({"type": "ping"})
        assert await socket.read() == {"type": "pong"}


async def test_a_client_that_does_not_read_is_closed_with_4408_and_resumes(tmp_path):
    async def long_reply(conversation, said, live):
        return AssistantSaid(turn_id=live.id, text="x" * 60_000, language="en")

    settings = ChannelSettings(messages_at_once=10_000)
    async with serving(build_house(tmp_path, long_reply), settings) as served:
        opened = await served.start()
        async with served.socket(max_queue=1, max_size=None) as socket:
            await socket.send(opened.hello())
            await socket.until("live")
            socket.connection.transport.pause_reading()
            for number in range(150):
                await opened.say(f"message {number}", f"m{number}")
            socket.connection.transport.resume_reading()
            assert await socket.closed() == 4408
        last = (await opened.get()).json()["last_seq"]
        async with served.socket(max_size=None) as socket:
            await socket.send(opened.hello(after=last - 3))
            assert seqs_of(await socket.until("live")) == [last - 2, last - 1, last]


async def test_sockets_end_when_the_server_goes(tmp_path):
    async with serving(build_house(tmp_path)) as served:
        opened = await served.start()
        async with served.socket() as socket:
            await socket.send(opened.hello())
            await socket.until("live")
            served.app.state.front_door.stopping.set()
            assert await socket.closed() == 1012


async def test_many_clients_under_load_end_with_the_same_log(tmp_path):
    settings = ChannelSettings(messages_at_once=10_000)
    async with serving(build_house(tmp_path), settings) as served:
        opened = await served.start()

        async def client(number: int) -> list[dict]:
            events: list[dict] = []
            cut = 7 + number
            while True:
                async with served.socket() as socket:
                    await socket.send(opened.hello(after=events[-1]["seq"] if events else 0))
                    taken = 0
                    while taken < cut:
                        try:
                            frame = await socket.read()
                        except (websockets.ConnectionClosed, TimeoutError):
                            break
                        if frame["type"] == "event":
                            events.append(frame["event"])
                            taken += 1
                            if frame["event"]["data"].get("text") == "You said: the end":
                                return events

        clients = [asyncio.create_task(client(number)) for number in range(4)]
        for number in range(40):
            await opened.say(f"message {number}", f"m{number}")
        await opened.say("the end", "end")
        expected = await opened.events()
        for seen in await asyncio.gather(*clients):
            assert seen == expected
