"""Twilio Media Streams, what goes over the wire (pure): frames in, frames out, and the caller's sound put in order.

https://www.twilio.com/docs/voice/media-streams/websocket-messages. Counters come as strings; sound is mu-law, 8,000 samples
a second, in base64. What is not known is skipped. Above: `twilio`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

RATE = 8_000
MOST_WAITING = 5
"""Frames of 20 ms that wait for one that is late; it is then given up."""
DIGITS = frozenset("0123456789*#ABCD")


class BadFrame(ValueError):
    """Not what the protocol allows; the reason is the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    stream: str
    call: str = ""
    account: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    mulaw: bytes
    chunk: int | None = None
    """Counts the sound's frames from 1; None where it is missing or no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    digit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Echoed:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    pass


TwilioFrame = Started | Media | Pressed | Echoed | Stopped


def parse(text: str | bytes) -> TwilioFrame | None:
    """None for an event that says nothing to us, known or unknown. Raises BadFrame."""
    try:
        frame = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadFrame("not JSON") from error
    match frame:
        case {"event": "media", "media": {"payload": str(payload), **media}}:
            return _media(payload, media)
        case {"event": "start", "start": {**start}, **rest}:
            return _started(start, rest)
        case {"event": "dtmf", "dtmf": {"digit": str(digit)}} if digit.upper() in DIGITS:
            return Pressed(digit=digit.upper())
        case {"event": "mark", "mark": {"name": str(name)}}:
            return Echoed(name=name)
        case {"event": "stop"}:
            return Stopped()
        case {"event": "media" | "start" | "dtmf" | "mark" as event}:
            raise BadFrame(f"{event} without what belongs to it")
        case {"event": str()}:
            return None
    raise BadFrame("no event")


def _media(payload: str, media: Mapping[Any, Any]) -> Media | None:
    if media.get("track", "inbound") != "inbound":
        return None  # what we said ourselves
    try:
        sound = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadFrame("media is not base64") from error
    return Media(mulaw=sound, chunk=_number(media.get("chunk")))


def _number(said: object) -> int | None:
    """A string by the protocol; a plain number is understood too."""
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    return int(said) if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) < 16 else None


def _started(start: Mapping[Any, Any], rest: Mapping[Any, Any]) -> Started:
    _check_format(start.get("mediaFormat"))
    stream = start.get("streamSid") or rest.get("streamSid")
    if not isinstance(stream, str):
        raise BadFrame("start without a streamSid")
    given = start.get("customParameters")
    parameters = given if isinstance(given, dict) else {}
    return Started(
        stream=stream,
        call=str(start.get("callSid", "")),
        account=str(start.get("accountSid", "")),
        parameters={name: value for name, value in parameters.items() if isinstance(value, str)},
    )


def _check_format(given: object) -> None:
    """Twilio sends nothing else; another one would be noise."""
    if isinstance(given, dict) and (given.get("encoding", "audio/x-mulaw"), given.get("sampleRate", RATE)) != (
        "audio/x-mulaw",
        RATE,
    ):
        raise BadFrame(f"sound as {str(given)[:80]}: only audio/x-mulaw at 8000 is understood")


def media(stream: str, mulaw: bytes) -> str:
    return _written(event="media", streamSid=stream, media={"payload": base64.b64encode(mulaw).decode()})


def mark(stream: str, name: str) -> str:
    return _written(event="mark", streamSid=stream, mark={"name": name})


def clear(stream: str) -> str:
    return _written(event="clear", streamSid=stream)


def _written(**frame: object) -> str:
    return msgspec.json.encode(frame).decode()


@dataclass(slots=True)
class InOrder:
    """Sound by its chunk numbers: a frame that comes twice counts once, a late one waits to be let in before its followers."""

    _next: int | None = None
    _waiting: dict[int, bytes] = field(default_factory=dict)

    def take(self, frame: Media) -> bytes:
        """What can be heard now; b"" while it waits."""
        if frame.chunk is None:
            return frame.mulaw
        if self._next is None:
            self._next = frame.chunk
        if frame.chunk < self._next:
            return b""
        self._waiting.setdefault(frame.chunk, frame.mulaw)
        if len(self._waiting) > MOST_WAITING:
            self._next = min(self._waiting)
        heard = bytearray()
        while self._next in self._waiting:
            heard += self._waiting.pop(self._next)
            self._next += 1
        return bytes(heard)
