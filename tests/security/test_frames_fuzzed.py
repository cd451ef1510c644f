"""The sockets' frames under fuzz: the quick part of what `make security` runs a million of, and a model of a customer's socket."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from channels.settings import ChannelSettings
from tests.channels.house import Opened, Served, Socket, build_house, serving
from tests.security.fuzz_frames import run

pytestmark = pytest.mark.slow
SOON = 10
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)
NO_FRAMES = ("", "{", "[]", '{"type": 1}', '{"type":"message"}', '{"type":"message","client_id":1,"text":2}', "\x00")


def test_every_fuzzed_frame_is_a_frame_or_an_error() -> None:
    ended = run(20_000, seed=7)
    assert {"MalformedInbound", "UnknownFrame", "Hello", "SendMessage", "SendAction"} <= set(ended)


class ACustomersSocket(RuleBasedStateMachine):
    """Whatever is done on it in whatever order: accepted words stand in the log once, in order, and the server goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.served: Served
        self.opened: Opened
        self.socket: Socket | None = None
        self.accepted: dict[str, str] = {}
        self._house = serving(build_house(Path(self.folder.name)), ChannelSettings(_env_file=None))
        self.served = self._do(self._house.__aenter__())
        self.opened = self._do(self.served.start())

    def _do(self, work: Any) -> Any:
        return self.loop.run_until_complete(asyncio.wait_for(work, SOON))

    @precondition(lambda self: self.socket is None)
    @rule(after=st.integers(0, 3))
    def connects(self, after: int) -> None:
        async def connect() -> Socket:
            from websockets.asyncio.client import connect as open_socket

            connection = await open_socket(self.served.url.replace("http", "ws") + "/v1/socket", compression=None)
            socket = Socket(connection)
            await socket.send(self.opened.hello(after))
            frames = await socket.until("live")
            assert frames[0]["type"] == "welcome"
            return socket

        self.socket = self._do(connect())

    @precondition(lambda self: self.socket)
    @rule(number=st.integers(0, 4), text=WORDS)
    def says(self, number: int, text: str) -> None:
        """A number said before is the same message only in the same words."""
        name = f"m{number}"
        self._send({"type": "message", "client_id": name, "text": text})
        told = self._until(lambda frame: frame.get("client_id") == name)
        if told["type"] == "accepted":
            assert self.accepted.setdefault(name, text) == text
        else:
            assert told["type"] == "error" and (name in self.accepted or told["code"] in ("empty", "too_long"))

    @precondition(lambda self: self.socket)
    @rule(frame=st.sampled_from(("ping", "typing", "ack", "interrupt", "unknown", "played")), value=st.integers(-1, 9))
    def sends_what_needs_no_answer(self, frame: str, value: int) -> None:
        known: dict[str, dict[str, Any]] = {"typing": {"on": bool(value % 2)}, "ack": {"seq": value}}
        known |= {"interrupt": {"turn_id": f"t{value}"}, "played": {"turn_id": "t", "ms": value}}
        self._send({"type": frame, **known.get(frame, {})})

    @precondition(lambda self: self.socket)
    @rule(raw=st.sampled_from(NO_FRAMES))
    def sends_what_is_no_frame(self, raw: str) -> None:
        """It may be answered or closed; another socket may always be opened."""

        async def send() -> None:
            assert self.socket is not None
            await self.socket.connection.send(raw)
            await self.socket.connection.send(json.dumps({"type": "ping"}))
            await self.socket.until("pong")

        from websockets import ConnectionClosed

        try:
            self._do(send())
        except ConnectionClosed as closed:
            assert closed.rcvd is not None and closed.rcvd.code in (4400, 4401, 4429), closed
            self.socket = None

    @precondition(lambda self: self.socket)
    @rule()
    def goes(self) -> None:
        assert self.socket is not None
        self._do(self.socket.connection.close())
        self.socket = None

    @invariant()
    def the_log_holds_what_was_accepted_once(self) -> None:
        events = self._do(self.opened.events())
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        said = [event["data"]["client_id"] for event in events if event["type"] == "customer_said"]
        assert sorted(said) == sorted(self.accepted)

    def _send(self, frame: dict[str, Any]) -> None:
        assert self.socket is not None
        self._do(self.socket.send(frame))

    def _until(self, wanted: Any) -> dict[str, Any]:
        async def read() -> dict[str, Any]:
            assert self.socket is not None
            while not wanted(frame := await self.socket.read()):
                pass
            return frame

        found: dict[str, Any] = self._do(read())
        return found

    def teardown(self) -> None:
        if self.socket is not None:
            self._do(self.socket.connection.close())
        self._do(self._house.__aexit__(None, None, None))
        self.served.house.tables.dispose()
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
        self.folder.cleanup()


ACustomersSocket.TestCase.settings = settings(
    max_examples=6, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestACustomersSocket = ACustomersSocket.TestCase
