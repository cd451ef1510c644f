"""A model of the desk's socket: whatever an agent's screen sends, it shows what is watched, once and whole, and goes on."""

from __future__ import annotations

import asyncio
import json
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from websockets.asyncio.client import connect as open_socket

from channels.desk import accounts
from channels.settings import ChannelSettings
from tests.channels.house import Opened, Served, Socket, build_house, serving

pytestmark = pytest.mark.slow
SOON = 10
CONVERSATIONS = 3
ODD: tuple[Any, ...] = (
    None, 1, True, "", "x", "../..", "c_" + "0" * 24, "\x00", "\ud800", "c_" + "a" * 4_000, [], {"a": []},
)  # fmt: skip
NO_FRAMES = (
    "",
    "{",
    "[]",
    "1",
    '{"type": 1}',
    '{"type": null}',
    '{"type":"watch"}',
    '{"type":"watch","conversation_id":[]}',
    "\x00",
)
STATUSES: tuple[dict[str, Any], ...] = (
    {"status": "away"}, {"status": "available"}, {"status": 7}, {"status": "\ud800"}, {"most": -1}, {"most": 10**30}, {},
)  # fmt: skip


class ADesksSocket(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.cost, accounts._COST = accounts._COST, 2**4
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self._house = serving(build_house(Path(self.folder.name)), ChannelSettings(_env_file=None))
        self.served: Served = self._do(self._house.__aenter__())
        self.opened: list[Opened] = [self._do(self.served.start()) for _ in range(CONVERSATIONS)]
        self.token = self._account()
        self.socket: Socket | None = None
        self.shown: dict[str, list[int]] = {}
        self.said = 0

    def _account(self) -> str:
        door = self.served.app.state.desk_door
        once = door.accounts.add("dana", shown="Dana", role="agent")
        door.accounts.change_password("dana", once, "the password of dana")
        return str(door.tokens.issue(door.accounts.find("dana")))

    def _do(self, work: Any) -> Any:
        return self.loop.run_until_complete(asyncio.wait_for(work, SOON))

    @precondition(lambda self: self.socket is None)
    @rule()
    def connects(self) -> None:
        async def connect() -> Socket:
            connection = await open_socket(self.served.url.replace("http", "ws") + "/v1/desk/socket", compression=None)
            socket = Socket(connection)
            await socket.send({"type": "hello", "token": self.token})
            await socket.until("queue")
            return socket

        self.socket, self.shown = self._do(connect()), {}

    @precondition(lambda self: self.socket)
    @rule(which=st.integers(0, CONVERSATIONS - 1), after=st.integers(0, 6))
    def watches(self, which: int, after: int) -> None:
        name = self.opened[which].conversation_id
        self.shown[name] = [after]
        self._send({"type": "watch", "conversation_id": name, "after": after})
        self._until(lambda frame: frame["type"] == "live" and frame["conversation_id"] == name)

    @precondition(lambda self: self.socket)
    @rule(which=st.integers(0, CONVERSATIONS - 1))
    def unwatches(self, which: int) -> None:
        self._send({"type": "unwatch", "conversation_id": self.opened[which].conversation_id})
        self._answers()
        self.shown.pop(self.opened[which].conversation_id, None)

    @rule(which=st.integers(0, CONVERSATIONS - 1))
    def a_customer_writes(self, which: int) -> None:
        self.said += 1
        sent = {"text": "hello", "client_id": f"m{self.said}"}
        answer = self._do(self.opened[which].post("/messages?wait=reply", sent))
        assert answer.status_code == 200, answer.text

    @precondition(lambda self: self.socket)
    @rule(
        kind=st.sampled_from(("watch", "unwatch", "typing", "what")),
        name=st.sampled_from(ODD),
        after=st.sampled_from((0, -1, True, "1", 10**30, None)),
    )
    def names_what_is_not_there(self, kind: str, name: Any, after: Any) -> None:
        self._send({"type": kind, "conversation_id": name, "after": after, "on": [1]})
        self._answers()

    @precondition(lambda self: self.socket)
    @rule(which=st.integers(0, CONVERSATIONS - 1), after=st.sampled_from((-1, True, "1", 2**63, 10**30)))
    def watches_from_no_number(self, which: int, after: Any) -> None:
        name = self.opened[which].conversation_id
        self._send({"type": "watch", "conversation_id": name, "after": after})
        assert self._until(lambda frame: frame["type"] == "error")["code"]

    @precondition(lambda self: self.socket)
    @rule(which=st.integers(0, CONVERSATIONS - 1), on=st.sampled_from((True, False, None, "x", [])))
    def types(self, which: int, on: Any) -> None:
        self._send({"type": "typing", "conversation_id": self.opened[which].conversation_id, "on": on})
        self._answers()

    @precondition(lambda self: self.socket)
    @rule(status=st.sampled_from(STATUSES))
    def changes_themselves(self, status: dict[str, Any]) -> None:
        self._send({"type": "status", **status})
        self._answers()

    @precondition(lambda self: self.socket)
    @rule(raw=st.sampled_from(NO_FRAMES))
    def sends_what_is_no_frame(self, raw: str) -> None:
        assert self.socket is not None
        self._do(self.socket.connection.send(raw))
        self._answers()

    @precondition(lambda self: self.socket)
    @rule()
    def goes(self) -> None:
        assert self.socket is not None
        self._do(self.socket.connection.close())
        self.socket, self.shown = None, {}

    @invariant()
    def what_is_watched_is_shown_once_and_in_order(self) -> None:
        if self.socket is not None:
            self._answers()
        for name, seqs in self.shown.items():
            assert all(later == earlier + 1 for earlier, later in pairwise(seqs)), (name, seqs)

    def _answers(self) -> None:
        """The server has read all that was sent, and still serves."""
        self._send({"type": "ping"})
        self._until(lambda frame: frame["type"] == "pong")

    def _send(self, frame: dict[str, Any]) -> None:
        assert self.socket is not None
        self._do(self.socket.connection.send(json.dumps(frame)))

    def _until(self, wanted: Any) -> dict[str, Any]:
        async def read() -> dict[str, Any]:
            assert self.socket is not None
            while True:
                frame = await self.socket.read()
                if frame["type"] == "event" and frame["conversation_id"] in self.shown:
                    self.shown[frame["conversation_id"]].append(frame["event"]["seq"])
                if wanted(frame):
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
        accounts._COST = self.cost


ADesksSocket.TestCase.settings = settings(
    max_examples=4,
    stateful_step_count=15,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
TestADesksSocket = ADesksSocket.TestCase
