"""One conversation that stays open: a thin shell that carries `line`'s moves out over a WebSocket and HTTP.

One task a conversation; nothing is copied that is not asked for, so that one process holds thousands. Below: `line`,
`log`, `event_stream`, `outbox`, websockets. Above: `aisle.AisleClient.open`.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, assert_never
from uuid import uuid4

import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from .errors import AisleError, Closed, HistoryChanged, Problem, TokenRefused, Unreachable
from .event_stream import EventStream, Feed
from .facts import AssistantSaid, TurnFailed
from .frames import Heard, read_frame, write_frame
from .http import Http, of
from .line import CatchUp, Deliver, Fail, Line, Move, Outgoing, Redial, Send, SendLater, Settle, Show, back_off
from .log import Log, state_hash
from .outbox import Outbox
from .replies import reply_to
from .values import Accepted, Event, Ticket, TransferCode

DEADLINE = 15.0
SOCKET_OPTIONS: Mapping[str, Any] = {
    "compression": None,
    "open_timeout": DEADLINE,
    "close_timeout": 1,
    "max_size": 1 << 20,
}


@dataclass(slots=True, kw_only=True, eq=False)
class Conversation:
    """Made by `AisleClient.open`; an async context manager. It connects at once and again after each loss, until it is closed,
    refused or replaced."""

    ticket: Ticket
    log: Log
    """Folded from every event; stays as it was opened where `folds` is off."""
    http: Http
    socket_url: str
    outbox: Outbox
    folds: bool = True
    device: str = ""
    socket_options: Mapping[str, Any] = field(default_factory=dict)
    agrees: bool | None = None
    """Whether the log's state_hash was the server's when they were last compared; None before."""
    _line: Line = field(default_factory=Line)
    _socket: ClientConnection | None = None
    _task: asyncio.Task[None] | None = None
    _over: AisleError | None = None
    _sent: dict[str, asyncio.Future[Accepted]] = field(default_factory=dict)
    _streams: set[EventStream] = field(default_factory=set)
    _feeds: set[Feed[Heard]] = field(default_factory=set)
    _later: set[asyncio.Task[None]] = field(default_factory=set)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _nudged: asyncio.Event = field(default_factory=asyncio.Event)

    # -- open and closed ---------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Conversation:
        self._line.last_seq = self.log.last_seq
        for item in await self.outbox.waiting(self.ticket.conversation_id):
            self._line.say(item)
        self._task = asyncio.create_task(self._run(), name=f"aisle {self.ticket.conversation_id}")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Leaves; what the log does not hold yet stays in the outbox."""
        self._end(Closed("the conversation was closed here"))
        tasks = [task for task in (self._task, *self._later) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def live(self) -> bool:
        return self._line.live

    @property
    def last_seq(self) -> int:
        """The newest event that came, folded or not."""
        return self._line.last_seq

    @property
    def unsent(self) -> tuple[Outgoing, ...]:
        """What the log does not hold yet, oldest first: show it as waiting."""
        return tuple(self._line.waiting.values())

    def nudge(self) -> None:
        """The network came back: do not wait for the timer."""
        self._nudged.set()

    # -- what the customer does --------------------------------------------------------------------------------------

    async def send(self, text: str, *, client_id: str | None = None) -> Accepted:
        """Returns when the log holds it, over as many reconnects as that takes; cancelled, it still goes out (it is in the
        outbox). Raises Rejected, TokenRefused, Replaced, Closed."""
        return await self._say(Outgoing(client_id=client_id or uuid4().hex, kind="message", text=text))

    async def act(
        self, action: str, arguments: Mapping[str, Any] | None = None, *, client_id: str | None = None
    ) -> Accepted:
        """A card's button (add_to_cart, confirm, decline, talk_to_human …), with the guarantees of `send`."""
        arguments = dict(arguments or {})
        return await self._say(
            Outgoing(client_id=client_id or uuid4().hex, kind="action", action=action, arguments=arguments)
        )

    async def ask(self, text: str, *, client_id: str | None = None) -> AssistantSaid | TurnFailed:
        """`send`, and the reply of the turn that serves it. Put it under `asyncio.timeout`: a person may answer instead."""
        with contextlib.closing(self.events()) as events:
            accepted = await self.send(text, client_id=client_id)
            return await reply_to(events, accepted.seq)

    async def typing(self, on: bool = True) -> None:
        """Lost when there is no line."""
        await self._transmit(write_frame("typing", on=on))

    async def interrupt(self, turn_id: str | None = None, *, heard: str | None = None) -> bool:
        """Stops the running turn; False when it had ended already."""
        body = {"turn_id": turn_id or self.log.turn_id or "", **({} if heard is None else {"heard": heard})}
        answer = await self.call("POST", "/interrupt", body)
        return bool(answer["interrupted"])

    async def feedback(self, about_seq: int, rating: Literal["up", "down"], comment: str = "") -> int:
        """About a reply; the seq at which it stands."""
        answer = await self.call("POST", "/feedback", {"about_seq": about_seq, "rating": rating, "comment": comment})
        return int(answer["seq"])

    async def transfer_code(self) -> TransferCode:
        """With which another device takes part in this conversation."""
        return await self.http.transfer_code(self.ticket)

    async def call(self, method: str, rest: str = "", body: Any = None) -> Any:
        """Any other call under /v1/conversations/{id}. Raises Problem, Unreachable."""
        return await self.http.call(method, of(self.ticket) + rest, token=self.ticket.token, body=body)

    # -- what the customer sees --------------------------------------------------------------------------------------

    def events(self, *, after: int | None = None) -> EventStream:
        """From after that seq (None: from the newest that came) on, in order, each once. Subscribed at the call."""
        start = self.last_seq if after is None else after
        stream = EventStream(start, self.last_seq, self._pages, self._streams.discard)
        self._streams.add(stream)
        if self._over is not None:
            stream.end(self._over)
        return stream

    def signals(self) -> Feed[Heard]:
        """Words as they are written, typing, presence: may be dropped."""
        feed = Feed[Heard](self._feeds.discard)
        self._feeds.add(feed)
        if self._over is not None:
            feed.end(self._over)
        return feed

    async def reached(self, seq: int) -> Log:
        """The log once it has this event."""
        await self._until(lambda: self.last_seq >= seq)
        return self.log

    async def connected(self) -> None:
        """Returns once the line is live."""
        await self._until(lambda: self.live)

    # -- inside ------------------------------------------------------------------------------------------------------

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            if self._over is not None:
                raise self._over
            self._moved.clear()
            await self._moved.wait()

    async def _say(self, item: Outgoing) -> Accepted:
        if self._over is not None:
            raise self._over
        future = self._sent.get(item.client_id)
        if future is None:
            future = self._sent[item.client_id] = asyncio.get_running_loop().create_future()
            await self.outbox.put(self.ticket.conversation_id, item)
            await self._carry_out(self._line.say(item))
        return await asyncio.shield(future)

    async def _run(self) -> None:
        try:
            while True:
                move = await self._hold_line()
                if isinstance(move, CatchUp):
                    await self._catch_up(move)
                elif not isinstance(move, Redial):
                    wait = self._line.lost(move, random.random())  # jitter
                    if isinstance(wait, AisleError):
                        raise wait
                    await self._pause(wait)
        except AisleError as error:
            self._end(error)

    async def _hold_line(self) -> int | CatchUp | Redial:
        """One socket from its hello to its end; the close code, or what is to be done before the next."""
        try:
            async with connect(self.socket_url, **{**SOCKET_OPTIONS, **self.socket_options}) as self._socket:
                hello = self._line.hello(self.ticket.conversation_id, self.ticket.token, self.device)
                await self._socket.send(hello)
                while True:
                    raw = await self._socket.recv()
                    frame = read_frame(raw) if isinstance(raw, str) else None
                    moves = self._line.heard(frame, random.random()) if frame else []  # jitter
                    ending = await self._carry_out(moves)
                    if ending is not None:
                        return ending
                    if self._line.live:
                        self._moved.set()
        except ConnectionClosed as error:
            return error.rcvd.code if error.rcvd else 0
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI, websockets.InvalidMessage, EOFError):
            return 0
        finally:
            self._socket, self._line.live = None, False

    async def _carry_out(self, moves: list[Move]) -> CatchUp | Redial | None:
        for move in moves:
            match move:
                case Send(text):
                    await self._transmit(text)
                case SendLater(item, seconds):
                    task = asyncio.create_task(self._say_later(item, seconds))
                    self._later.add(task)
                    task.add_done_callback(self._later.discard)
                case Deliver(event):
                    self._deliver(event)
                case Settle(client_id, seq):
                    await self.outbox.remove(self.ticket.conversation_id, client_id)
                    self._resolve(client_id, Accepted(client_id=client_id, seq=seq))
                case Fail(client_id, error):
                    await self.outbox.remove(self.ticket.conversation_id, client_id)
                    self._resolve(client_id, error)
                case Show(what):
                    for feed in self._feeds:
                        feed.put(what)
                case CatchUp() | Redial():
                    return move
                case _:
                    assert_never(move)
        return None

    def _deliver(self, event: Event) -> None:
        if self.folds:
            self.log = self.log.applying(event)
            self._compare()
        for stream in self._streams:
            stream.put(event)
        self._moved.set()

    def _compare(self) -> None:
        welcome = self._line.welcome
        if welcome is not None and welcome.state_hash and welcome.last_seq == self.log.last_seq:
            self.agrees = state_hash(self.log) == welcome.state_hash

    def _resolve(self, client_id: str, result: Accepted | AisleError) -> None:
        future = self._sent.pop(client_id, None)
        if future is None or future.done():
            return
        if isinstance(result, Accepted):
            future.set_result(result)
        else:
            future.set_exception(result)
            future.exception()  # whoever asked has it; one who was cancelled need not hear of it

    async def _transmit(self, text: str) -> None:
        """What is lost with its socket is sent again by the next."""
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(text)

    async def _say_later(self, item: Outgoing, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if item.client_id in self._line.waiting:
            await self._carry_out(self._line.say(item))

    async def _pause(self, seconds: float) -> None:
        self._nudged.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._nudged.wait()

    async def _catch_up(self, wanted: CatchUp) -> None:
        if wanted.anew:
            self.log = Log()
            self._end_streams(HistoryChanged("the server has another history: iterate events(after=0) again"))
        newest = self.last_seq + 1
        while self.last_seq < newest:
            events, newest = await self._pages(self.last_seq)
            await self._carry_out(self._line.caught_up(events))
            if not events:
                return

    async def _pages(self, after: int) -> tuple[list[Event], int]:
        """A page of the log, however long the server takes to answer. Raises TokenRefused."""
        attempt = 0
        while True:
            try:
                return await self.http.events(self.ticket, after)
            except (Unreachable, Problem) as error:
                if isinstance(error, Problem) and error.status in (401, 404):
                    raise TokenRefused("the token opens this conversation no more") from error
                await self._pause(back_off(attempt, random.random()))  # jitter
                attempt += 1

    def _end_streams(self, error: AisleError) -> None:
        for stream in [*self._streams]:
            stream.end(error)
        self._streams.clear()

    def _end(self, error: AisleError) -> None:
        self._over = self._over or error
        self._end_streams(self._over)
        for feed in [*self._feeds]:
            feed.end(self._over)
        for client_id in [*self._sent]:
            self._resolve(client_id, self._over)
        self._moved.set()
