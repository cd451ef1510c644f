"""Talks to a peer as `worker` talks to Aisle: the same users, texts and intended times, over the peer's own Socket.IO.

Runs in an environment of its own (python-socketio, aiohttp), never in ours:
`python -m eval.load.peers.talk chainlit --url http://127.0.0.1:8000 --pid PID`. Below: `schedule`, `figures`, `processes`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import socketio  # type: ignore[import-not-found,unused-ignore]

from eval.load.figures import cost, latencies, quantiles
from eval.load.processes import open_more_files, used
from eval.load.schedule import Plan, messages
from eval.machine import machine

AT_ONCE = 16
NAMES = {"chainlit": ("client_message", "/ws/socket.io"), "rasa": ("user_uttered", "/socket.io")}


@dataclass(slots=True, kw_only=True)
class User:
    """Replies come in the order of the messages: neither peer names the message that a reply is for."""

    peer: str
    number: int
    socket: Any = field(default_factory=lambda: socketio.AsyncClient(reconnection=False))
    session: str = field(default_factory=lambda: str(uuid.uuid4()))
    rows: list[dict[str, Any]] = field(default_factory=list)
    waiting: deque[dict[str, Any]] = field(default_factory=deque)

    async def connect(self, url: str) -> None:
        _, path = NAMES[self.peer]
        if self.peer == "chainlit":
            self.socket.on("stream_start", self._words)
            self.socket.on("update_message", self._chainlit_said)
            self.socket.on("new_message", self._chainlit_said)
        else:
            self.socket.on("bot_uttered", self._rasa_said)
        auth = {"sessionId": self.session, "clientType": "webapp"}
        await self.socket.connect(url, socketio_path=path, transports=["websocket"], auth=auth)
        if self.peer == "chainlit":
            await self.socket.emit("connection_successful")
        else:
            await self.socket.emit("session_request", {"session_id": self.session})

    async def talk(self, plan: Plan, start: float) -> None:
        for one in messages(plan, self.number):
            await asyncio.sleep(max(0.0, start + one.at - time.monotonic()))
            row = {"intended": start + one.at, "measured": one.at >= plan.ramp, "acked": 0.0, "replied": 0.0}
            row |= {"sent": time.monotonic(), "first_word": 0.0}
            self.rows.append(row)
            self.waiting.append(row)
            await self.socket.emit(NAMES[self.peer][0], self._body(one.text), callback=lambda *_, row=row: _acked(row))

    def _body(self, text: str) -> dict[str, Any]:
        if self.peer == "rasa":
            return {"message": text, "session_id": self.session}
        step = {"id": str(uuid.uuid4()), "name": "user", "type": "user_message", "output": text, "threadId": ""}
        return {
            "message": {**step, "createdAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())},
            "fileReferences": [],
        }

    async def _words(self, *_: Any) -> None:
        row = next((row for row in self.waiting if not row["first_word"]), None)
        if row is not None:
            row["first_word"] = time.monotonic()

    async def _chainlit_said(self, step: dict[str, Any]) -> None:
        if step.get("type") == "assistant_message" and not step.get("streaming"):
            self._ended()

    async def _rasa_said(self, _: Any) -> None:
        self._ended()

    def _ended(self) -> None:
        if self.waiting:
            row = self.waiting.popleft()
            row["replied"] = time.monotonic()
            row["first_word"] = row["first_word"] or row["replied"]


def _acked(row: dict[str, Any]) -> None:
    """The peer has it; that it is durable, neither says."""
    row["acked"] = row["acked"] or time.monotonic()


async def measured(chosen: argparse.Namespace) -> dict[str, Any]:
    open_more_files(20_000)
    plan = Plan(
        urls=(chosen.url,), first_user=0, users=chosen.users, all_users=chosen.users, rate=chosen.rate, ramp=chosen.ramp,
        seconds=chosen.seconds, watched=0.0,
    )  # fmt: skip
    people = [User(peer=chosen.peer, number=number) for number in range(plan.users)]
    before_machine, gate = machine(), asyncio.Semaphore(AT_ONCE)
    await _warmed(chosen)
    empty = used(chosen.pid)

    async def come(person: User) -> None:
        async with gate:
            await person.connect(chosen.url)

    await asyncio.gather(*(come(person) for person in people))
    await asyncio.sleep(2)
    opened, start = used(chosen.pid), time.monotonic() + 1
    talking = [asyncio.create_task(person.talk(plan, start)) for person in people]
    await asyncio.sleep(max(0.0, start + plan.ramp - time.monotonic()))
    begun = used(chosen.pid)
    await asyncio.sleep(max(0.0, start + plan.end - time.monotonic()))
    ended = used(chosen.pid)
    await asyncio.gather(*talking)
    await asyncio.sleep(chosen.settle)
    rows = [row for person in people for row in person.rows if row["measured"]]
    for person in people:
        await person.socket.disconnect()
    return {
        "peer": chosen.peer,
        "load": {"users": plan.users, "rate": plan.rate, "seconds": plan.seconds, "ramp": plan.ramp},
        "messages": len(rows),
        "messages_a_second": round(len(rows) / plan.seconds, 1),
        **{f"{what}_ms": quantiles(latencies(rows, key)) for what, key in _STAGES.items()},
        "unanswered": sum(1 for row in rows if not row["replied"]),
        **cost({"server": begun}, {"server": ended}, acked=len(rows), seconds=plan.seconds),
        "kib_a_socket": round((opened.memory_kib - empty.memory_kib) / plan.users, 1),
        "machine": {**before_machine, "load_after": machine()["load"]},
    }


_STAGES = {"received": "acked", "first_word": "first_word", "reply": "replied"}


async def _warmed(chosen: argparse.Namespace) -> None:
    """One user, one message, so that what is loaded once is not counted as a socket's."""
    plan = Plan(urls=(), first_user=0, users=1, all_users=1, rate=2.0, ramp=0.0, seconds=2.0)
    person = User(peer=chosen.peer, number=0)
    await person.connect(chosen.url)
    await person.talk(plan, time.monotonic())
    await asyncio.sleep(1)
    await person.socket.disconnect()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=sorted(NAMES))
    parser.add_argument("--url", required=True)
    parser.add_argument(
        "--pid", type=int, required=True, help="Of the peer's server; its children are counted with it."
    )
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--rate", type=float, default=0.5)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--ramp", type=float, default=5)
    parser.add_argument("--settle", type=float, default=5)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    found = json.dumps(asyncio.run(measured(chosen)), indent=2)
    if chosen.out is not None:
        chosen.out.write_text(found + "\n", encoding="utf-8")
    print(found)  # noqa: T201 - a script of its own


if __name__ == "__main__":
    main()
