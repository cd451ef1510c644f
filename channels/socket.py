"""The WebSocket: one reader, one follower, one writer with a bounded queue. Protocol.md has the frames and close codes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import assert_never

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from assistant.assistant import Received
from assistant.authority import Decision, Role, Thing, permit
from assistant.errors import AssistantError, StoreUnavailable
from channels import frames
from channels.acts import FRAME_ACTS, act_of
from channels.delivery import Delivery
from channels.edge.admission import Overloaded
from channels.edge.auth import Grant
from channels.edge.limits import MOST_BODY_BYTES, MOST_SOUND_BYTES
from channels.edge.origins import origin_allowed
from channels.errors import (
    ChannelError,
    CodesUnavailable,
    MalformedInbound,
    NotAllowed,
    OriginRefused,
    OwnDeviceNeeded,
    SlowReader,
    SoundRefused,
    SpeechNotInstalled,
    TooLarge,
    TooMany,
    UnknownFrame,
    UpgradeRequired,
)
from channels.following import follow
from channels.front_door import FrontDoor, front_door_of
from channels.moving.moving import is_farewell, moved_by
from channels.outbox import Outbox
from channels.page_channel import PageChannel, page_channel
from channels.problems import answer, code_of
from channels.sight.telling import note_delivered
from channels.voice.socket_voice import SocketVoice

log = logging.getLogger(__name__)
sockets = APIRouter()

MALFORMED, REFUSED, SLOW, REPLACED, FRAME_TOO_LARGE, TOO_MANY = 4400, 4401, 4408, 4409, 4413, 4429
RESTARTING, INTERNAL, TRY_LATER = 1012, 1011, 1013
LAST_WORD_SECONDS = 30.0
LAST_UTTERANCE_SECONDS = 15.0
"""How long what was said to its end may take to become a message after its socket has gone."""


class Closing(Exception):
    """Ends the socket with this close code, after an error frame where there is something to say."""

    def __init__(self, code: int, error: Exception | None = None) -> None:
        super().__init__(code)
        self.code, self.error = code, error


@dataclass(slots=True, kw_only=True)
class Link:
    """One open socket."""

    websocket: WebSocket
    door: FrontDoor
    grant: Grant
    delivery: Delivery
    channel: PageChannel
    role: Role = Role.CUSTOMER
    replaced: asyncio.Event = field(default_factory=asyncio.Event)
    end_code: int = REPLACED
    """Why `replaced` is set."""
    voice: SocketVoice = field(init=False)

    @property
    def outbox(self) -> Outbox:
        return self.channel.outbox

    def token_ended(self) -> None:
        self.end_code = REFUSED
        self.replaced.set()

    def __post_init__(self) -> None:
        refuse = partial(_refuse, self)
        self.voice = SocketVoice(door=self.door, grant=self.grant, outbox=self.outbox, refuse=refuse)


@sockets.websocket("/v1/socket")
async def serve_socket(websocket: WebSocket) -> None:
    door = front_door_of(websocket)
    try:
        door.count_open(websocket)
    except TooMany as error:  # before anything is read: an answer to a request is all that a flood costs
        await websocket.send_denial_response(answer(error))
        return
    await websocket.accept()
    try:
        await _converse(websocket, door)
    except Closing as closing:
        await _close(websocket, closing)
    except WebSocketDisconnect:
        log.debug("socket left")
    except Exception:  # the ASGI edge: whatever broke, the client gets a code to resume by, and the log the whole of it
        log.exception("socket failed")
        await _close(websocket, Closing(INTERNAL))


@sockets.get("/v1/socket", include_in_schema=False)
async def explain_socket() -> None:
    raise UpgradeRequired


async def _converse(websocket: WebSocket, door: FrontDoor) -> None:
    if not origin_allowed(websocket, door.settings):
        raise Closing(REFUSED, OriginRefused(websocket.headers.get("origin", "")))
    hello = await _hello(websocket, door)
    try:
        grant = await door.opened_by(hello.token)
        door.check(grant, act_of(websocket), hello.conversation_id)
        await door.assistant.state(grant.conversation)
    except (CodesUnavailable, StoreUnavailable) as error:  # the token may be good: it is no reason to throw it away
        raise Closing(TRY_LATER, error) from error
    except (NotAllowed, OwnDeviceNeeded, AssistantError) as error:
        raise Closing(REFUSED, NotAllowed()) from error
    door = door.seen_by(grant)
    channel = page_channel(grant.channel, door.settings.image_origins)
    known = hello.generation or grant.generation
    delivery = Delivery(sent=hello.after, generation=known, render=channel.render)
    link = Link(websocket=websocket, door=door, grant=grant, delivery=delivery, channel=channel)
    link.role = door.role_of(grant)
    try:
        with (
            door.connections.one(grant.conversation),
            door.devices.held(grant.conversation, hello.device, link.replaced),
            door.rechecks.held(grant, link.token_ended),
        ):
            await _run(link)
    except TooMany as error:
        raise Closing(TOO_MANY, error) from error


async def _hello(websocket: WebSocket, door: FrontDoor) -> frames.Hello:
    try:
        async with asyncio.timeout(door.settings.hello_seconds):
            frame = frames.decode(await _text(websocket))
    except TimeoutError as error:
        raise Closing(SLOW) from error
    except ChannelError as error:
        raise Closing(MALFORMED, error) from error
    if not isinstance(frame, frames.Hello) or frame.after < 0:
        raise Closing(MALFORMED, MalformedInbound('the first frame is "hello", with token, conversation_id and after'))
    return frame


async def _text(websocket: WebSocket) -> str:
    """The next frame, which must be text. Raises MalformedInbound."""
    frame = await _frame(websocket)
    if isinstance(frame, bytes):
        raise MalformedInbound("binary frames carry speech, and none was started")
    return frame


async def _frame(websocket: WebSocket) -> str | bytes:
    """The next frame, measured before anything looks at it. Bytes: it was binary."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text: str | None = message.get("text")
    if text is None:
        raw: bytes = message.get("bytes") or b""
        if len(raw) > MOST_SOUND_BYTES:
            raise Closing(FRAME_TOO_LARGE, TooLarge(MOST_SOUND_BYTES))
        return raw
    if len(text) > MOST_BODY_BYTES or len(text.encode("utf-8", "surrogatepass")) > MOST_BODY_BYTES:
        raise Closing(FRAME_TOO_LARGE, TooLarge(MOST_BODY_BYTES))
    return text


async def _run(link: Link) -> None:
    """Until the first of the socket's tasks ends; the others end with it."""
    talking = asyncio.create_task(link.voice.run())
    tasks = {
        asyncio.create_task(_read(link)),
        talking,
        asyncio.create_task(_write(link)),
        asyncio.create_task(follow(link.door.assistant, link.grant.conversation, link.delivery, link.channel)),
        asyncio.create_task(_replaced(link)),
        asyncio.create_task(_wait(link.door.stopping, RESTARTING)),
    }
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await _hang_up(link, talking)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    try:
        for task in done:
            task.result()
    except SlowReader as error:
        raise Closing(SLOW) from error
    except Closing as closing:
        if closing.code not in (RESTARTING, link.end_code):
            await _last_words(link)
        raise


async def _hang_up(link: Link, talking: asyncio.Task[None]) -> None:
    link.voice.hang_up()
    await asyncio.wait({talking}, timeout=LAST_UTTERANCE_SECONDS)


async def _replaced(link: Link) -> None:
    await link.replaced.wait()
    raise Closing(link.end_code)


async def _wait(event: asyncio.Event, code: int) -> None:
    await event.wait()
    raise Closing(code)


async def _write(link: Link) -> None:
    while True:
        frame, encoded = await link.outbox.take()
        await _send(link, frame, encoded)
        note_delivered(link.door.assistant.sight, frame, link.grant.channel)
        if is_farewell(frame, link.grant):
            raise Closing(REFUSED)


async def _send(link: Link, frame: frames.ServerFrame, encoded: bytes) -> None:
    if isinstance(frame, frames.SpeechSound):
        await link.websocket.send_bytes(encoded)
    else:
        await link.websocket.send_text(encoded.decode())


async def _last_words(link: Link) -> None:
    """What was put before the end, if the client still reads."""
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(LAST_WORD_SECONDS):
            for frame, encoded in link.outbox.take_all():
                await _send(link, frame, encoded)


async def _read(link: Link) -> None:
    while True:
        raw = await _frame(link.websocket)
        try:
            if isinstance(raw, bytes):
                await link.voice.sound(raw)
            else:
                await _obey(link, link.channel.parse(raw))
        except (UnknownFrame, MalformedInbound, SoundRefused, SpeechNotInstalled) as error:
            _refuse(link, error)
            if isinstance(error, MalformedInbound) and error.fatal:
                raise Closing(MALFORMED) from error


async def _obey(link: Link, frame: frames.AnyClientFrame) -> None:
    assistant, conversation = link.door.assistant, link.grant.conversation
    if permit(link.role, FRAME_ACTS[type(frame)], Thing.OWN) is not Decision.ALLOWED:
        _refuse(link, OwnDeviceNeeded(), getattr(frame, "client_id", None))
        return
    match frame:
        case frames.SendMessage() | frames.SendAction():
            await _take(link, frame)
        case frames.TypingChanged(on=on):
            link.delivery.typed()
            await assistant.typing(conversation, on)
        case frames.Interrupt(turn_id=turn_id, heard=heard):
            if not link.voice.cut_in(turn_id, heard):
                await assistant.interrupt(conversation, turn_id, heard=heard)
        case frames.Ping():
            link.outbox.offer(frames.Pong())
        case frames.Ack():
            pass  # the log keeps what was sent; what a client has is its own to remember
        case frames.AudioStart():
            link.voice.start(frame)
        case frames.AudioEnd():
            link.voice.end()
        case frames.PlayedSpeech():
            link.voice.played(frame)
        case frames.Hello():
            _refuse(link, MalformedInbound("this socket has been greeted already"))
        case _:
            assert_never(frame)


async def _take(link: Link, frame: frames.SendMessage | frames.SendAction) -> None:
    try:
        link.door.count_message(link.grant)
        link.delivery.sending.add(frame.client_id)
        received = await _received(link, frame)
    except TooMany as error:
        _refuse(link, error, frame.client_id)
        if not isinstance(error, Overloaded):
            raise Closing(TOO_MANY) from error
        link.delivery.sending.discard(frame.client_id)  # dialling again would cost more than this socket does
    except (AssistantError, CodesUnavailable) as error:
        link.delivery.sending.discard(frame.client_id)
        _refuse(link, error, frame.client_id)
    else:
        for acknowledgement in link.delivery.accepted(frame.client_id, received.seq):
            link.outbox.offer(acknowledgement)


async def _received(link: Link, frame: frames.SendMessage | frames.SendAction) -> Received:
    assistant, grant = link.door.assistant, link.grant
    if isinstance(frame, frames.SendMessage):
        return await assistant.receive(grant.conversation, frame.text, client_id=frame.client_id, channel=grant.channel)
    moved = await moved_by(link.door, grant, frame.action, frame.arguments, frame.client_id)
    if moved is not None:
        return Received(seq=moved)
    return await assistant.act(
        grant.conversation, frame.action, frame.arguments, client_id=frame.client_id, channel=grant.channel
    )


def _refuse(link: Link, error: Exception, client_id: str | None = None) -> None:
    link.outbox.offer(_error_frame(error, client_id))


def _error_frame(error: Exception, client_id: str | None = None) -> frames.ErrorFrame:
    _, code, detail = code_of(error)
    return frames.ErrorFrame(code=code, detail=detail, client_id=client_id or getattr(error, "client_id", None))


async def _close(websocket: WebSocket, closing: Closing) -> None:
    """A client that does not read gets its close code once it does, within `LAST_WORD_SECONDS`."""
    if websocket.client_state is WebSocketState.DISCONNECTED:
        return
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(LAST_WORD_SECONDS):
            if closing.error is not None:
                await websocket.send_text(frames.encode(_error_frame(closing.error)).decode())
            await websocket.close(closing.code)
