"""One user's device under load: the typed client's machine (`channels.client.line`) over a socket, with a clock beside it.

The typed client's own shell sends a refused message again by itself; a bench must count it instead, so the shell here is its
own. Above: `worker`. Below: the typed client, websockets.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from channels.client import AisleError, Event, Ticket
from channels.client.frames import Delta, ErrorFrame, ServerFrame, Snapshot, read_frame
from channels.client.line import CatchUp, Deliver, Line, Move, Outgoing, Redial, Send, SendLater, Settle
from eval.load.schedule import Intended
from eval.load.tally import Sent, Tally

OPTIONS: dict[str, Any] = {"compression": None, "open_timeout": 60, "close_timeout": 1, "ping_interval": None}


@dataclass(slots=True, kw_only=True, eq=False)
class Device:
    user: int
    url: str
    ticket: Ticket
    tally: Tally
    watches: bool = False
    line: Line = field(default_factory=Line)
    is_live: asyncio.Event = field(default_factory=asyncio.Event)
    _socket: ClientConnection | None = None

    async def run(self) -> None:
        """Connected until cancelled; dials again after each loss."""
        while True:
            code = await self._hold()
            self.is_live.clear()
            if code is None:
                continue
            self.tally.closed(code)
            wait = self.line.lost(code, random.random())
            if isinstance(wait, AisleError):
                return
            self.tally.redials += 1
            await asyncio.sleep(wait)

    async def talk(self, said: Sequence[Intended], start: float, measured: tuple[float, float]) -> None:
        """Each at its intended time, whatever became of those before."""
        for number, one in enumerate(said):
            await asyncio.sleep(max(0.0, start + one.at - time.monotonic()))
            client_id = f"u{self.user}-{number}"
            inside = measured[0] <= one.at < measured[1]
            sent = Sent(user=self.user, client_id=client_id, text=one.text, intended=start + one.at, measured=inside)
            self.tally.sent[client_id] = sent
            sent.sent = time.monotonic()
            await self._carry_out(self.line.say(Outgoing(client_id=client_id, kind="message", text=one.text)))

    async def _hold(self) -> int | None:
        """One socket. Its close code, or None where another is dialled at once."""
        address = "ws" + self.url.removeprefix("http") + "/v1/socket"
        try:
            async with connect(address, **OPTIONS) as self._socket:
                name = f"u{self.user}{'w' if self.watches else ''}"
                await self._socket.send(self.line.hello(self.ticket.conversation_id, self.ticket.token, name))
                while True:
                    raw = await self._socket.recv()
                    frame = read_frame(raw) if isinstance(raw, str) else None
                    if frame is not None and await self._heard(frame):
                        return None
        except ConnectionClosed as error:
            return error.rcvd.code if error.rcvd else 0
        except (OSError, TimeoutError, InvalidHandshake, EOFError):
            return 0
        finally:
            self._socket, self.line.live = None, False

    async def _heard(self, frame: ServerFrame) -> bool:
        """True: this socket must be dialled again."""
        now = time.monotonic()
        if isinstance(frame, ErrorFrame) and frame.client_id:
            self._refused(frame, now)
            return False
        if isinstance(frame, Delta | Snapshot) and not self.watches:
            self.tally.words(frame.turn_id, now)
        again = await self._carry_out(self.line.heard(frame, random.random()))
        if self.line.live:
            self.is_live.set()
        return again

    def _refused(self, frame: ErrorFrame, now: float) -> None:
        """Counted and let go of: the next one comes by the plan."""
        self.line.waiting.pop(frame.client_id or "", None)
        self.tally.refused(frame.client_id or "", frame.code, told_to_wait=" try again in " in frame.detail, now=now)

    async def _carry_out(self, moves: list[Move]) -> bool:
        now = time.monotonic()
        for move in moves:
            match move:
                case Send(text):
                    if self._socket is not None:
                        with suppress(ConnectionClosed):
                            await self._socket.send(text)
                case Deliver(event):
                    self._note(event, now)
                case Settle(client_id, seq):
                    self.tally.acked(self.user, client_id, seq, now)
                case CatchUp() | Redial():
                    self.line.last_seq = move.after if isinstance(move, CatchUp) else self.line.last_seq
                    return True
                case SendLater() | _:
                    pass
        return False

    def _note(self, event: Event, now: float) -> None:
        data = event.data
        if self.watches:
            if event.type == "customer_said":
                self.tally.seen_by_watcher(str(data["client_id"]), now)
            return
        match event.type:
            case "turn_started":
                self.tally.turn_began(self.user, str(data["turn_id"]), list(data.get("answers", ())))
            case "assistant_said" | "turn_failed":
                cut_off = bool(data.get("interrupted")) and not data.get("text")
                if not cut_off:
                    self.tally.turn_ended(str(data["turn_id"]), now, failed=event.type == "turn_failed")
            case _:
                pass
