"""protocol.md over Server-Sent Events: the socket's frames, resumed by Last-Event-ID."""

from __future__ import annotations

import asyncio
import json

import pytest

from channels.settings import ChannelSettings
from tests.channels.house import Gate, build_house, seqs_of, serving, types_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def read(lines, *, until):
    """Frames up to the first that `until` accepts; checks that the stream's own fields agree with the frame."""
    frames, block = [], {}
    async with asyncio.timeout(5):
        async for line in lines:
            if line:
                name, _, value = line.partition(": ")
                block[name] = value
                continue
            if "data" in block:
                frame = json.loads(block["data"])
                assert block["event"] == frame["type"]
                assert block.get("id") == (str(frame["event"]["seq"]) if frame["type"] == "event" else None)
                frames.append(frame)
                if until(frame):
                    return frames
            block = {}
    return frames


def is_live(frame):
    return frame["type"] == "live"


def is_reply(frame):
    return frame["type"] == "event" and frame["event"]["type"] == "assistant_said"


async def test_the_stream_has_the_frames_of_the_socket(tmp_path):
    async with serving(build_house(tmp_path)) as served:
        opened = await served.start()
        async with served.http.stream("GET", opened.path("/stream"), headers=opened.headers) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.aiter_lines()
            assert types_of(await read(lines, until=is_live)) == [
                "welcome",
                "conversation_started",
                "channel_joined",
                "live",
            ]
            await opened.post("/messages", {"client_id": "m1", "text": "hello"})
            frames = await read(lines, until=is_reply)
        assert seqs_of(frames) == [3, 4, 5]
        assert "delta" in types_of(frames)


async def test_last_event_id_resumes_without_gap_or_repetition(tmp_path):
    async with serving(build_house(tmp_path)) as served:
        opened = await served.start()
        await opened.say("hello", "m1")
        for headers, query in (({"Last-Event-ID": "3"}, ""), ({}, "?after=3")):
            async with served.http.stream(
                "GET", opened.path("/stream") + query, headers={**opened.headers, **headers}
            ) as answer:
                assert seqs_of(await read(answer.aiter_lines(), until=is_live)) == [4, 5]
        bad = await opened.served.http.get(opened.path("/stream"), headers={**opened.headers, "Last-Event-ID": "x"})
        assert (bad.status_code, bad.json()["code"]) == (422, "invalid_request")


async def test_a_stream_that_opens_during_a_turn_starts_with_a_snapshot(tmp_path):
    gate = Gate()
    async with serving(build_house(tmp_path, gate)) as served:
        opened = await served.start()
        await opened.post("/messages", {"client_id": "m1", "text": "hello"})
        await gate.begun.wait()
        async with served.http.stream("GET", opened.path("/stream?after=4"), headers=opened.headers) as answer:
            lines = answer.aiter_lines()
            frames = await read(lines, until=lambda frame: frame["type"] == "snapshot")
            assert frames[-1]["text"] == gate.first
            gate.opened.set()
            assert (await read(lines, until=is_reply))[-1]["event"]["data"]["text"] == gate.first + gate.rest


async def test_a_silent_stream_beats_and_ends_with_the_server(tmp_path):
    async with serving(build_house(tmp_path), ChannelSettings(heartbeat_seconds=0.02)) as served:
        opened = await served.start()
        async with served.http.stream("GET", opened.path("/stream"), headers=opened.headers) as answer:
            lines = answer.aiter_lines()
            await read(lines, until=is_live)
            async with asyncio.timeout(5):
                async for line in lines:
                    if line.startswith(":"):
                        break
                served.app.state.front_door.stopping.set()
                rest = [line async for line in lines]
        assert not any(line.startswith("event: error") for line in rest)


async def test_a_stream_that_is_left_gives_its_place_back(tmp_path):
    async with serving(build_house(tmp_path), ChannelSettings(connections_per_conversation=1)) as served:
        opened = await served.start()
        async with served.http.stream("GET", opened.path("/stream"), headers=opened.headers) as answer:
            lines = answer.aiter_lines()
            await read(lines, until=is_live)
            second = await opened.get("/stream")
            assert (second.status_code, second.json()["code"]) == (429, "too_many_connections")
        async with asyncio.timeout(5):
            while served.app.state.front_door.connections.total:  # noqa: ASYNC110  the server tells nobody when it is done
                await asyncio.sleep(0)
