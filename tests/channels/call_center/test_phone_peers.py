"""Peers that others wrote, unmodified: streamdouble as Twilio's side, the npm package asterisk-audiosocket as Asterisk's."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamdouble.chaos import Impairments
from streamdouble.metrics import compute
from streamdouble.protocol import StreamIdentity
from streamdouble.session import SessionConfig, SessionResult, run_call

from channels.call_center import audio_socket_frames
from channels.call_center.audio_socket import listening
from channels.call_center.caller_end.audio_socket_wire import by_audio_socket
from channels.call_center.caller_end.handset import Cues, Handset, Heard, loud
from channels.call_center.twilio_signature import HEADER
from model_serving.audio import mulaw, of_pcm16
from tests.channels.call_center.phone_house import (
    CallSeen,
    FakeTalker,
    announce,
    form_of,
    phone,
    signature,
    ticket_in,
)

pytestmark = pytest.mark.anyio
PEERS = Path(__file__).parent / "node_peers"


@pytest.fixture
def anyio_backend():
    return "asyncio"


def tone(seconds: float) -> bytes:
    at = np.arange(int(8_000 * seconds)) / 8_000
    return bytes((8_000 * np.sin(2 * np.pi * 440 * at)).astype("<i2").tobytes())


class Signing:
    """The one thing of Twilio's that streamdouble leaves out: the signature in the request's head."""

    def __init__(self, app: Any, value: str) -> None:
        self._app, self._header = app, (HEADER.encode(), value.encode())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            scope = {**scope, "headers": [*scope["headers"], self._header]}
        await self._app(scope, receive, send)


async def streamdouble(served: Any, **config: Any) -> SessionResult:
    address = served.url.replace("http", "ws") + "/v1/twilio/stream"
    served.app.add_middleware(Signing, value=signature(address))
    ticket = ticket_in((await announce(served, form_of("CA77"))).text)
    speech = mulaw(of_pcm16(tone(0.4), 8_000))
    frames = [speech[at : at + 160] for at in range(0, len(speech), 160)]
    given = {"response_timeout_s": 5.0, "quiet_period_s": 0.3, "max_drain_s": 5.0, "max_call_s": 10.0}
    return await run_call(
        address,
        frames,
        config=SessionConfig(custom_parameters={"ticket": ticket}, **{**given, **config}),
        identity=StreamIdentity(call_sid="CA77"),
    )


async def test_a_call_by_streamdouble_is_answered_without_a_violation(tmp_path) -> None:
    async def reply(call: CallSeen) -> None:
        await call.until(lambda call: len(call.heard) >= 6_400)
        for number in range(3):
            await call.line.play(tone(0.2), mark=f"t/{number}")
        await call.until(lambda call: len(call.played) == 3)

    talker = FakeTalker(reply)
    async with phone(tmp_path, talker) as served:
        result = await streamdouble(served)
        assert (result.violations, result.unknown_events, result.warnings) == ([], [], [])
        assert bytes(result.audio_received) == mulaw(of_pcm16(tone(0.2), 8_000)) * 3
        assert len(result.marks_echoed) == 3 and talker.calls[0].played == ["t/0", "t/1", "t/2"]
        assert len(talker.calls[0].heard) == 6_400 and talker.calls[0].hung_up
        assert compute(result).time_to_first_audio_ms is not None


async def test_an_interruption_leaves_the_same_history_with_streamdouble_which_echoes_nothing_after_a_clear(
    tmp_path,
) -> None:
    async def interrupted(call: CallSeen) -> None:
        await call.line.play(tone(0.1), mark="t/0")
        await call.line.play(tone(30), mark="t/1")
        await call.until(lambda call: call.played == ["t/0"])
        await call.line.clear("t")
        await call.line.play(tone(0.1), mark="u/0")

    talker = FakeTalker(interrupted)
    async with phone(tmp_path, talker) as served:
        result = await streamdouble(served, quiet_period_s=0.6)
        assert result.violations == [] and result.clears_received == 1
        assert talker.calls[0].played == ["t/0", "u/0"]


async def test_on_a_bad_network_streamdoubles_call_ends_well(tmp_path) -> None:
    talker = FakeTalker()
    async with phone(tmp_path, talker) as served:
        result = await streamdouble(served, response_timeout_s=0.3, impairments=Impairments(loss=0.3, jitter_ms=30))
        assert result.violations == [] and talker.calls[0].hung_up
        assert 0 < len(talker.calls[0].heard) <= 6_400


def node(script: str, *arguments: str) -> list[str]:
    found = shutil.which("node")
    if found is None:
        pytest.skip("needs node (version 20 or newer)")
    if not (PEERS / "node_modules" / "asterisk-audiosocket").is_dir():
        pytest.skip("needs the npm package asterisk-audiosocket: run scripts/fetch_npm_peers.sh")
    return [found, str(PEERS / script), *arguments]


FRAMES = st.lists(
    st.tuples(st.sampled_from([0x00, 0x01, 0x10, 0xFF]), st.binary(max_size=400)), min_size=1, max_size=20
)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FRAMES, st.binary(min_size=1, max_size=65_535), st.integers(1, 700))
def test_the_npm_codec_agrees_byte_for_byte(frames: list[tuple[int, bytes]], pcm: bytes, cut: int) -> None:
    ours = audio_socket_frames.sound(pcm) + audio_socket_frames.hang_up()
    asked = {"encode": [(kind, payload.hex()) for kind, payload in frames], "decode": ours.hex(), "cut": cut}
    done = subprocess.run(
        node("codec.mjs"), input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=30
    )
    told = json.loads(done.stdout)
    assert told["decoded"] == [[0x10, pcm.hex()], [0x00, ""]]
    parser = audio_socket_frames.Frames()
    theirs = bytes.fromhex(told["encoded"])
    found = [one for at in range(0, len(theirs), cut) for one in parser.feed(theirs[at : at + cut])]
    assert [(one.type, one.payload) for one in found] == frames


async def test_an_asterisk_with_the_npm_codec_is_heard_and_hears_us(tmp_path) -> None:
    async def reply(call: CallSeen) -> None:
        await call.until(lambda call: call.digits == "5")
        await call.line.play(tone(0.2), mark="a")
        await call.until(lambda call: call.played == ["a"])
        await call.line.hang_up()

    talker = FakeTalker(reply)
    async with phone(tmp_path, talker) as served, listening(served.center, "127.0.0.1", 0) as (_, port):
        command = node("asterisk.mjs", str(port), str(uuid.uuid4()))
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        output, _ = await asyncio.wait_for(process.communicate(), 20)
        told = json.loads(output)
        assert sorted(told["types"]) == [0x00, 0x10] and told["lengths"] == [320] and told["loud"] == 10
        assert talker.calls[0].heard == b"\x11" * 3_200


async def test_our_caller_is_understood_by_the_npm_packages_server() -> None:
    process = await asyncio.create_subprocess_exec(
        *node("echo_server.mjs"), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None and process.stdin is not None
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), 20))
        async with by_audio_socket("127.0.0.1", port) as wire:
            heard = Heard(rate=wire.rate)
            await Handset(wire, Cues([tone(0.3)], 320, greeted=False, farewell=0.5), heard, longest=10).run()
        frames = [bytes(heard.assistant[at : at + 320]) for at in range(0, len(heard.assistant), 320)]
        assert b"".join(one for one in frames if loud(one)) == tone(0.3)
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 10)
