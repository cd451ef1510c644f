"""Asterisk's chan_websocket as a line: it dials our WebSocket, holds some 20 s of sound and plays it in its own time.

A mark comes back when the sound before it was played, and FLUSH_MEDIA drops marks without a word. Above: `app`.
Below: `chan_websocket_frames`, `marks`, `calls`.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import logging
import time
from collections.abc import AsyncIterator
from contextlib import suppress

from fastapi import APIRouter
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from channels.acts import brought_by
from channels.call_center import chan_websocket_frames as frames
from channels.call_center.caller import Caller, locale_of, number_of
from channels.call_center.calls import CallCenter, call_center_of
from channels.call_center.carrier_socket import CarrierSocket
from channels.call_center.marks import Marks
from channels.call_center.twilio_frames import DIGITS
from channels.edge.origins import origin_allowed
from channels.errors import NotAllowed, NotFound, SpeechNotInstalled, TooMany, UpgradeRequired
from channels.problems import answer
from channels.voice.line import Digit, HungUp, LineEvent, Played, Sound
from model_serving.audio import mulaw, of_mulaw, of_pcm16
from model_serving.errors import ModelError

log = logging.getLogger(__name__)
asterisk_media = APIRouter()

START_SECONDS = 10.0
REFUSED = 1008
SUBPROTOCOL = "media"
PIECE_FRAMES = 50
MOST_AHEAD = 12.0
"""Seconds of sound that Asterisk may hold for us; at about 18 it says stop, at 20 it drops."""
MOST_BAD_FRAMES = 100


class AsteriskLine:
    """One call. `play` may wait for room; a `clear` lets it go, and what it still had is never sent."""

    screen = False

    def __init__(self, socket: CarrierSocket, form: frames.MediaFormat, *, json: bool) -> None:
        self._socket, self._form, self._json = socket, form, json
        self._marks = Marks()
        self._rest = b""
        """Of the turn's sound, less than a frame."""
        self._room = asyncio.Event()
        self._room.set()
        self._let_go = asyncio.Event()
        self._flushes = 0
        self._plays_until = 0.0
        self._marks_work = False
        self._drain_asked = False
        self._bad = 0

    @property
    def rate(self) -> int:
        return self._form.rate

    async def events(self) -> AsyncIterator[LineEvent]:
        while (message := await self._socket.receive()) is not None:
            if isinstance(message, bytes):
                if message and (sound := self._heard(message)):
                    yield Sound(pcm=sound)
                continue
            for event in self._told(message):
                yield event
            if self._bad >= MOST_BAD_FRAMES:
                break
        self._stop_playing()
        yield HungUp()

    def _heard(self, data: bytes) -> bytes:
        return of_mulaw(data).pcm16() if self._form.mulaw else data[: len(data) // 2 * 2]

    def _told(self, text: str) -> list[LineEvent]:
        try:
            event = frames.parse(text)
        except frames.BadFrame as error:
            self._bad += 1
            log.debug("frame of Asterisk skipped: %s", error)
            return []
        match event.name:
            case "MEDIA_MARK_PROCESSED":
                self._marks_work = True
                mark = self._marks.came_back(event.fields.get("correlation_id", ""))
                return [Played(mark=mark)] if mark is not None else []
            case "QUEUE_DRAINED":
                return self._drained()
            case "MEDIA_XOFF":
                self._room.clear()
            case "MEDIA_XON":
                self._room.set()
            case "DTMF_END":
                digit = event.fields.get("digit", "").upper()
                return [Digit(digit=digit)] if digit in DIGITS else []
            case "ERROR":
                log.warning("Asterisk: %s", event.fields.get("error_text", "")[:200])
        return []

    def _drained(self) -> list[LineEvent]:
        """For an Asterisk that knows no marks yet (before 20.18, 22.8, 23.2): all that it had was played."""
        if self._marks_work or not self._drain_asked:
            return []
        self._drain_asked = False
        return [Played(mark=mark) for mark in self._marks.all_came_back()]

    async def begin(self, turn_id: str) -> None:
        """Asterisk knows no turns."""

    async def play(self, pcm: bytes, *, mark: str) -> None:
        self._drain_asked = False
        before = self._flushes
        sound = self._rest + (mulaw(of_pcm16(pcm, self.rate)) if self._form.mulaw else pcm)
        whole = len(sound) // self._form.frame_bytes * self._form.frame_bytes
        self._rest = sound[whole:]
        piece = PIECE_FRAMES * self._form.frame_bytes
        for at in range(0, whole, piece):
            await self._wait_for_room()
            if self._flushes != before:
                return
            await self._send_sound(sound[at : min(whole, at + piece)])
        await self._command("MARK_MEDIA", self._marks.sent(mark))

    async def end(self, turn_id: str) -> None:
        if self._rest:
            missing = self._form.frame_bytes - len(self._rest)
            sound, self._rest = self._rest + self._form.silence * missing, b""
            await self._send_sound(sound)
        if not self._marks_work:
            self._drain_asked = True
            await self._command("REPORT_QUEUE_DRAINED")

    async def clear(self, turn_id: str) -> None:
        self._rest, self._drain_asked, self._plays_until = b"", False, 0.0
        self._marks.clear()
        self._stop_playing()
        await self._command("FLUSH_MEDIA")

    def _stop_playing(self) -> None:
        """A `play` that waits goes on to its end without sending anything."""
        self._flushes += 1
        self._room.set()
        self._let_go.set()

    async def hang_up(self) -> None:
        await self._command("HANGUP")
        await self._socket.close()

    async def answer(self) -> None:
        await self._command("ANSWER")

    async def _wait_for_room(self) -> None:
        await self._room.wait()
        too_far = self._plays_until - time.monotonic() - MOST_AHEAD
        if too_far > 0:
            self._let_go.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(too_far):
                    await self._let_go.wait()

    async def _send_sound(self, sound: bytes) -> None:
        seconds = len(sound) / self._form.frame_bytes / frames.FRAMES_A_SECOND
        self._plays_until = max(self._plays_until, time.monotonic()) + seconds
        await self._socket.send(sound)

    async def _command(self, name: str, correlation_id: str = "") -> None:
        await self._socket.send(frames.command(name, json=self._json, correlation_id=correlation_id))


@asterisk_media.websocket("/v1/asterisk/media")
async def serve_media(websocket: WebSocket) -> None:
    center = call_center_of(websocket)
    query = websocket.query_params
    caller = Caller(number=number_of(query.get("caller", "")), locale=locale_of(query.get("locale", "")))
    try:
        check_asterisk(websocket, center)
        if not origin_allowed(websocket, center.door.settings):
            raise NotAllowed
        await center.check_speech()
        center.count(caller)
    except (NotFound, NotAllowed, SpeechNotInstalled, ModelError, TooMany) as error:
        log.warning("a call of an Asterisk was refused: %s", error or type(error).__name__)
        await websocket.send_denial_response(answer(error))
        return
    offered = websocket.scope.get("subprotocols", [])
    await websocket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
    await _answer(CarrierSocket(websocket), center, caller, pick_up=query.get("answer") == "yes")


@asterisk_media.get("/v1/asterisk/media", include_in_schema=False)
async def explain_media() -> None:
    raise UpgradeRequired


def check_asterisk(connection: HTTPConnection, center: CallCenter) -> None:
    """The shared secret, as the password of Basic or as a bearer. Raises NotFound where none is set, NotAllowed."""
    if not center.asterisk_secret:
        raise NotFound
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    shown = given.strip()
    if scheme.lower() == "basic":
        try:
            shown = base64.b64decode(shown, validate=True).decode("utf-8", "replace").partition(":")[2]
        except (binascii.Error, ValueError) as error:
            raise NotAllowed from error
    fits = hmac.compare_digest(shown.encode("utf-8", "replace"), center.asterisk_secret.encode())
    if not brought_by(connection, verified=fits):
        raise NotAllowed


async def _answer(socket: CarrierSocket, center: CallCenter, caller: Caller, *, pick_up: bool) -> None:
    try:
        async with asyncio.timeout(START_SECONDS):
            start = await _start(socket)
        form = frames.format_of(start)
    except (TimeoutError, frames.BadFrame) as error:
        log.warning("a call of an Asterisk did not start: %s", error or "no MEDIA_START in time")
        await socket.close(REFUSED)
        return
    line = AsteriskLine(socket, form, json=start.json)
    if pick_up:
        await line.answer()
    await center.take(line, caller)


async def _start(socket: CarrierSocket) -> frames.AsteriskEvent:
    """Raises BadFrame."""
    while (message := await socket.receive()) is not None:
        if isinstance(message, str) and (event := frames.parse(message)).name == "MEDIA_START":
            return event
    raise frames.BadFrame("it left before MEDIA_START")
