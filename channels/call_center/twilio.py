"""Twilio's side of a call: the WebSocket of a <Connect><Stream>, as a line.

Twilio buffers what it is sent and plays it in its own time; a mark comes back once what was sent before it was heard.
Above: `app`. Below: `twilio_frames`, `twilio_signature`, `marks`, `calls`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from channels.acts import brought_by
from channels.call_center import twilio_frames as frames
from channels.call_center.addresses import socket_address
from channels.call_center.caller import Caller
from channels.call_center.calls import CallCenter, call_center_of
from channels.call_center.carrier_socket import CarrierSocket
from channels.call_center.marks import Marks
from channels.call_center.twilio_signature import HEADER, SETTINGS_HEADER, Form, algorithm_of, verified
from channels.edge.origins import origin_allowed
from channels.errors import NotAllowed, NotFound, UpgradeRequired
from channels.problems import answer, problem
from channels.voice.line import Digit, HungUp, LineEvent, Played, Sound
from model_serving.audio import mulaw, of_mulaw, of_pcm16

log = logging.getLogger(__name__)
twilio_streams = APIRouter()

START_SECONDS = 10.0
REFUSED = 1008
MOST_BAD_FRAMES = 100
MOST_FRAME_BYTES = 64 * 1024
PIECE_BYTES = 8_000
"""One second a frame: Twilio takes any size, and a `clear` behind a small one is read sooner."""


class TwilioLine:
    """One call. What it never does: count a mark as heard that was pending when we cleared."""

    rate = frames.RATE
    screen = False

    def __init__(self, socket: CarrierSocket, started: frames.Started) -> None:
        self._socket, self._stream = socket, started.stream
        self._marks = Marks()
        self._order = frames.InOrder()
        self._bad = 0

    async def events(self) -> AsyncIterator[LineEvent]:
        while (message := await self._socket.receive()) is not None:
            event = self._event(message)
            if isinstance(event, HungUp):
                break
            if event is not None:
                yield event
        yield HungUp()

    def _event(self, message: str | bytes) -> LineEvent | None:
        if isinstance(message, bytes) or len(message) > MOST_FRAME_BYTES:
            log.warning("a stream of Twilio sent what it never sends (%s): hung up", type(message).__name__)
            return HungUp()
        try:
            frame = frames.parse(message)
        except frames.BadFrame as error:
            self._bad += 1
            log.debug("frame of Twilio skipped: %s", error)
            return HungUp() if self._bad >= MOST_BAD_FRAMES else None
        match frame:
            case frames.Media():
                heard = self._order.take(frame)
                return Sound(pcm=of_mulaw(heard).pcm16()) if heard else None
            case frames.Pressed(digit=digit):
                return Digit(digit=digit)
            case frames.Echoed(name=name):
                mark = self._marks.came_back(name)
                return Played(mark=mark) if mark is not None else None
            case frames.Stopped():
                return HungUp()
        return None

    async def begin(self, turn_id: str) -> None:
        """Twilio knows no turns."""

    async def play(self, pcm: bytes, *, mark: str) -> None:
        sound = mulaw(of_pcm16(pcm, self.rate))
        for at in range(0, len(sound), PIECE_BYTES):
            await self._socket.send(frames.media(self._stream, sound[at : at + PIECE_BYTES]))
        await self._socket.send(frames.mark(self._stream, self._marks.sent(mark)))

    async def end(self, turn_id: str) -> None:
        """As `begin`."""

    async def clear(self, turn_id: str) -> None:
        self._marks.clear()
        await self._socket.send(frames.clear(self._stream))

    async def hang_up(self) -> None:
        """The call goes on in its TwiML behind <Connect>, which has nothing more: Twilio ends it."""
        await self._socket.close()


@twilio_streams.websocket("/v1/twilio/stream")
async def serve_stream(websocket: WebSocket) -> None:
    center = call_center_of(websocket)
    if not center.twilio_token:
        await websocket.send_denial_response(answer(NotFound()))
        return
    if not origin_allowed(websocket, center.door.settings):
        await websocket.send_denial_response(answer(NotAllowed()))
        return
    if not signed_by_twilio(websocket, center, socket_address(websocket, center.door.settings.public_url)):
        log.warning("a stream without Twilio's signature was refused; see docs/voice.md, Twilio")
        await websocket.send_denial_response(
            problem(403, "not_allowed", "Twilio's signature does not fit this address")
        )
        return
    await websocket.accept()
    await _answer(CarrierSocket(websocket), center)


@twilio_streams.get("/v1/twilio/stream", include_in_schema=False)
async def explain_stream() -> None:
    raise UpgradeRequired


def signed_by_twilio(connection: HTTPConnection, center: CallCenter, address: str, form: Form | None = None) -> bool:
    algorithm = algorithm_of(connection.headers.get(SETTINGS_HEADER, ""))
    signature = connection.headers.get(HEADER, "")
    fits = verified(center.twilio_key(algorithm), address, signature, form, algorithm=algorithm)
    return brought_by(connection, verified=fits)


async def _answer(socket: CarrierSocket, center: CallCenter) -> None:
    try:
        async with asyncio.timeout(START_SECONDS):
            started = await _start(socket)
    except (TimeoutError, frames.BadFrame) as error:
        log.warning("a stream of Twilio did not start: %s", error or "no start in time")
        started = None
    caller = _caller(center, started)
    if started is None or caller is None:
        await socket.close(REFUSED)
        return
    await center.take(TwilioLine(socket, started), caller)


async def _start(socket: CarrierSocket) -> frames.Started | None:
    """None when it left before. Raises BadFrame."""
    while (message := await socket.receive()) is not None:
        if isinstance(message, bytes):
            raise frames.BadFrame("binary")
        frame = frames.parse(message)
        if isinstance(frame, frames.Started):
            return frame
    return None


def _caller(center: CallCenter, started: frames.Started | None) -> Caller | None:
    """Who was announced with the ticket that the stream brings; the ticket is of that call alone."""
    if started is None:
        return None
    caller = center.tickets.redeem(started.parameters.get("ticket", ""))
    if caller is None or caller.call != started.call:
        log.warning("a stream of Twilio brought no ticket of its call")
        return None
    return caller
