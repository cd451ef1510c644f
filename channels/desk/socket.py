"""The desk's WebSocket, /v1/desk/socket: the queue as it changes, and the conversations that this agent watches.

First frame: `hello {token}`; then `welcome`, the whole `queue`, and `queue_changed {line}` or `queue_left {conversation_id}`.
`watch {conversation_id, after}` brings that conversation's `event`s, `delta`s and `signal`s, each with its conversation_id;
`unwatch`, `typing {conversation_id, on}`, `status`, `ping`; docs/desk-api.md has all frames. A sign-out, a new role or a
removed account closes it with 4401 within seconds. Above: `app`. Below: the desk.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, assert_never

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from assistant.assistant import Assistant
from assistant.audit.acts import Entry, Who
from assistant.audit.audit_errors import AuditUnavailable
from assistant.conversation import Conversation
from assistant.desk.desk import Agent
from assistant.desk.roster import BEAT_SECONDS
from assistant.errors import AssistantError
from assistant.events import AgentJoined, AgentLeft, ConversationId, event_to_wire
from assistant.signals import (
    AgentHere,
    Committed,
    Delta,
    DeskChanged,
    Hearing,
    Lagged,
    Message,
    Presence,
    QueuePlace,
    Stage,
    Typing,
)
from channels.acts import DESK_FRAME_ACTS, act_of
from channels.desk.beside_rest import Myself, change_me, colleague_document
from channels.desk.door import DeskDoor, check_act, check_door, desk_door_of, role_of
from channels.desk.errors import AgentNotAllowed, RoleTooLow
from channels.desk.rest import queue_line
from channels.desk.watching import Beside
from channels.edge.limits import MOST_BODY_BYTES
from channels.edge.origins import origin_allowed
from channels.errors import ChannelError, MalformedInbound, OriginRefused, TooMany
from channels.front_door import front_door_of
from channels.problems import answer, code_of
from channels.socket import MALFORMED, REFUSED, RESTARTING, SLOW

log = logging.getLogger(__name__)
desk_sockets = APIRouter()

CHECK_SECONDS = 2.0
"""How often a socket's token is looked at again: a sign-out closes it in twice that at most."""
MOST_WATCHED = 12
MOST_SEQ = 2**53
"""What JSON counts exactly; a database takes not much more."""
MOST_WAITING = 2_000
"""Frames for an agent who does not read."""
Frame = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class _Link:
    websocket: WebSocket
    door: DeskDoor
    agent: Agent
    claims: Mapping[str, Any]
    """Of the token: looked at again while the socket is open."""
    outbox: asyncio.Queue[Frame] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    watching: dict[ConversationId, asyncio.Task[None]] = field(default_factory=dict)
    beside: dict[ConversationId, Beside] = field(default_factory=dict)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    close_code: int = 1000

    @property
    def assistant(self) -> Assistant:
        return self.door.product.assistant

    def put(self, frame: Frame) -> None:
        """Who does not read is closed, and reads the queue anew when they come back."""
        try:
            self.outbox.put_nowait(frame)
        except asyncio.QueueFull:
            self.end(SLOW)

    def end(self, code: int) -> None:
        self.close_code = self.close_code if self.stopped.is_set() else code
        self.stopped.set()


@desk_sockets.websocket("/v1/desk/socket")
async def serve_desk(websocket: WebSocket) -> None:
    door, front = desk_door_of(websocket), front_door_of(websocket)
    try:
        front.count_open(websocket)
    except TooMany as error:
        await websocket.send_denial_response(answer(error))
        return
    await websocket.accept()
    try:
        if not origin_allowed(websocket, front.settings):
            raise OriginRefused(websocket.headers.get("origin", ""))
        async with asyncio.timeout(front.settings.hello_seconds):
            token = str((await _frame(websocket)).get("token", ""))
        claims = await asyncio.to_thread(door.opened_by, token)
        account = await asyncio.to_thread(door.tokens.account_of, claims)
        if account.must_change:
            raise AgentNotAllowed
        check_door(role_of(account), act_of(websocket))
        await door.audit.record(Entry(act="screen_opened", who=Who(kind="agent", id=account.agent.id), why="queue"))
    except TimeoutError:
        await _close(websocket, SLOW)
    except AuditUnavailable as error:
        await _close(websocket, RESTARTING, error)
    except MalformedInbound as error:
        await _close(websocket, MALFORMED, error)
    except ChannelError as error:
        await _close(websocket, REFUSED, error)
    except WebSocketDisconnect:
        log.debug("an agent left before saying hello")
    else:
        await door.product.in_thread(door.office.roster.beat, account.agent)
        door.desk.tell(DeskChanged(what="colleagues"))
        with door.present.there(account.agent):
            await _run(_Link(websocket=websocket, door=door, agent=account.agent, claims=claims), front.stopping)


async def _run(link: _Link, stopping: asyncio.Event) -> None:
    link.put({"type": "welcome", "agent_id": link.agent.id, "name": link.agent.name, "role": link.agent.role})
    works: tuple[Callable[[], Awaitable[None]], ...] = (
        lambda: _read(link),
        lambda: _write(link),
        lambda: _follow_queue(link),
        lambda: _check(link),
        lambda: _beat(link),
        lambda: _until(link, stopping),
    )
    tasks = [asyncio.ensure_future(work()) for work in works]
    ended = asyncio.ensure_future(link.stopped.wait())
    try:
        await asyncio.wait([*tasks, ended], return_when=asyncio.FIRST_COMPLETED)
    finally:
        everything = [*tasks, ended, *link.watching.values()]
        for task in everything:
            task.cancel()
        results = await asyncio.gather(*everything, return_exceptions=True)
    for trouble in results:
        if isinstance(trouble, Exception) and not isinstance(trouble, WebSocketDisconnect):
            log.error("a desk socket failed", exc_info=trouble)
            link.close_code = 1011
    await _close(link.websocket, link.close_code)


async def _beat(link: _Link) -> None:
    """Tells every replica that this screen is open, and the other screens who looks at what."""
    while True:
        await link.door.product.in_thread(link.door.office.roster.beat, link.agent)
        for beside in link.beside.values():
            beside.tell()
        await asyncio.sleep(BEAT_SECONDS)


async def _until(link: _Link, stopping: asyncio.Event) -> None:
    await stopping.wait()
    link.door.present.stopping = True
    link.end(RESTARTING)


async def _check(link: _Link) -> None:
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        try:
            await asyncio.to_thread(link.door.tokens.account_of, link.claims)
        except AgentNotAllowed:
            link.end(REFUSED)
            return


async def _write(link: _Link) -> None:
    while True:
        await link.websocket.send_text(json.dumps(await link.outbox.get(), ensure_ascii=False))


async def _follow_queue(link: _Link) -> None:
    desk = link.door.desk
    async with desk.follow() as messages:
        await _whole_queue(link)
        await _tell_beside(link, "colleagues")
        await _tell_beside(link, "callbacks")
        async for message in messages:
            if isinstance(message, Lagged):
                await _whole_queue(link)
            elif isinstance(message, DeskChanged):
                await _tell_beside(link, message.what)
            elif isinstance(message, Committed):
                if any(isinstance(event.fact, AgentJoined | AgentLeft) for event in message.events):
                    await _tell_beside(link, "colleagues")
                conversation = message.events[-1].conversation
                line = await desk.line(conversation)
                if line is None:
                    link.put({"type": "queue_left", "conversation_id": conversation})
                else:
                    shown = queue_line(line, datetime.now(UTC), link.door.office.places).model_dump()
                    link.put({"type": "queue_changed", "line": shown})


async def _tell_beside(link: _Link, what: str) -> None:
    office = link.door.office
    if what == "callbacks":
        link.put({"type": "callbacks", "open": await link.door.product.in_thread(office.callbacks.open)})
    else:
        shown = [colleague_document(one).model_dump() for one in await office.colleagues()]
        link.put({"type": "colleagues", "agents": shown})


async def _whole_queue(link: _Link) -> None:
    now = datetime.now(UTC)
    places = link.door.office.places
    lines = [queue_line(line, now, places).model_dump() for line in await link.door.desk.queue()]
    link.put({"type": "queue", "conversations": lines})


async def _read(link: _Link) -> None:
    while True:
        try:
            await _obey(link, await _frame(link.websocket))
        except (MalformedInbound, RoleTooLow, AssistantError) as error:
            link.put(_error(error))


async def _obey(link: _Link, frame: Frame) -> None:
    kind = frame.get("type")
    if (act := DESK_FRAME_ACTS.get(str(kind))) is not None:
        check_act(link.agent, act)
    if kind == "ping":
        link.put({"type": "pong"})
        return
    if kind == "status":
        await change_me(_myself(frame), link.agent, link.door)
        return
    conversation = frame.get("conversation_id")
    if not isinstance(conversation, str):
        raise MalformedInbound(f"{str(kind)[:40]!r} needs a conversation_id")
    name = ConversationId(conversation)
    match kind:
        case "watch":
            await _watch(link, name, frame)
        case "unwatch":
            _unwatch(link, name)
        case "typing":
            await link.door.desk.typing(name, link.agent, bool(frame.get("on")))
            if name in link.beside:
                link.beside[name].write(bool(frame.get("on")))
        case _:
            link.put(_error(MalformedInbound(f"no frame of the desk has the type {str(kind)[:40]!r}: it was skipped")))


async def _watch(link: _Link, conversation: ConversationId, frame: Frame) -> None:
    after = frame.get("after", 0)
    if not isinstance(after, int) or isinstance(after, bool) or not 0 <= after <= MOST_SEQ:
        raise MalformedInbound("after is the last seq that you have, 0 for all")
    state = await link.assistant.state(conversation)
    if len(link.watching) >= MOST_WATCHED and conversation not in link.watching:
        raise MalformedInbound(f"at most {MOST_WATCHED} conversations are watched at once: unwatch one")
    await link.door.audit.record(_looked(link.agent, state, after))
    _unwatch(link, conversation)
    beside = Beside(door=link.door, agent=link.agent, conversation=conversation, put=link.put)
    beside.drafts = bool(frame.get("drafts"))
    link.beside[conversation] = beside
    link.watching[conversation] = asyncio.create_task(_follow(link, beside, after))


def _looked(agent: Agent, state: Conversation, after: int) -> Entry:
    """Before the first event is shown."""
    claimed = state.agent is not None and state.agent.agent_id == agent.id
    return Entry(
        act="conversation_read",
        who=Who(kind="agent", id=agent.id),
        what=f"conversation:{state.id}",
        whose=state.customer_id,
        why="claimed" if claimed else "watching",
        details={"after": after},
    )


def _unwatch(link: _Link, conversation: ConversationId) -> None:
    link.beside.pop(conversation, None)
    task = link.watching.pop(conversation, None)
    if task is not None:
        task.cancel()


async def _follow(link: _Link, beside: Beside, after: int) -> None:
    """Subscribed first, read after: nothing falls between the two."""
    conversation, sent = beside.conversation, after
    async with link.assistant.subscribe(conversation) as messages, beside.shown():
        sent = await _replay(link, conversation, sent)
        link.put({"type": "live", "conversation_id": conversation})
        beside.changed.set()
        async for message in messages:
            if isinstance(message, Committed | Lagged):
                sent = await _replay(link, conversation, sent)
                beside.changed.set()
            else:
                link.put({"conversation_id": conversation, **_signal(message)})


async def _replay(link: _Link, conversation: ConversationId, sent: int) -> int:
    for event in await link.assistant.events(conversation, after=sent):
        link.put({"type": "event", "conversation_id": conversation, "event": event_to_wire(event)})
        sent = event.seq
    return sent


def _signal(message: Message) -> Frame:
    match message:
        case Delta(turn_id=turn_id, offset=offset, text=text):
            return {"type": "delta", "turn_id": turn_id, "offset": offset, "text": text}
        case Stage(turn_id=turn_id, stage=stage, label=label):
            return {"type": "signal", "signal": "stage", "turn_id": turn_id, "stage": stage, "label": label}
        case Typing(who=who, on=on):
            return {"type": "signal", "signal": "typing", "who": who, "on": on}
        case Presence(who=who, channel=channel, online=online):
            return {"type": "signal", "signal": "presence", "who": who, "channel": channel, "online": online}
        case QueuePlace():
            shown = {"position": message.position, "ahead": message.ahead, "open": message.open}
            return {"type": "signal", "signal": "queue", **shown}
        case AgentHere() | Hearing() | DeskChanged() | Committed() | Lagged():
            raise AssertionError("told otherwise")
        case _:
            assert_never(message)


def _myself(frame: Frame) -> Myself:
    try:
        return Myself.model_validate({name: frame.get(name) for name in ("status", "capacity")})
    except ValidationError as error:
        raise MalformedInbound('status is "available" or "away", capacity a number from 1 to 20') from error


async def _frame(websocket: WebSocket) -> Frame:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if not isinstance(text, str) or len(text) > MOST_BODY_BYTES:
        raise MalformedInbound("a frame is a JSON object, as text")
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedInbound("a frame is a JSON object") from error
    if not isinstance(frame, dict):
        raise MalformedInbound("a frame is a JSON object")
    return frame


def _error(error: Exception) -> Frame:
    _, code, detail = code_of(error)
    return {"type": "error", "code": code, "detail": detail}


async def _close(websocket: WebSocket, code: int, error: Exception | None = None) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
        async with asyncio.timeout(5):
            if error is not None:
                await websocket.send_text(json.dumps(_error(error)))
            await websocket.close(code)
