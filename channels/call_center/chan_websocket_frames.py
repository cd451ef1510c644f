"""Asterisk's chan_websocket on the wire (pure): text frames are commands and events, as JSON or in plain words; binary is sound.

https://docs.asterisk.org/Configuration/Channel-Drivers/WebSocket/. Which of the two ways it speaks is a setting of its own
(`f(json)`), so it is answered as it spoke first. Above: `chan_websocket`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

RATES: Mapping[str, int] = {
    "ulaw": 8_000, "slin": 8_000, "slin12": 12_000, "slin16": 16_000, "slin24": 24_000, "slin32": 32_000,
    "slin44": 44_100, "slin48": 48_000,
}  # fmt: skip
FRAMES_A_SECOND = 50
MOST_COMMAND_BYTES = 128
"""Longer ones Asterisk ignores."""


class BadFrame(ValueError):
    """Not what the protocol allows; the reason is the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskEvent:
    name: str
    fields: Mapping[str, str]
    json: bool
    """How it was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFormat:
    codec: str
    rate: int
    frame_bytes: int
    """Of 20 ms on the wire; Asterisk drops what does not fill one."""

    @property
    def mulaw(self) -> bool:
        return self.codec == "ulaw"

    @property
    def silence(self) -> bytes:
        return b"\xff" if self.mulaw else b"\x00"


def parse(text: str) -> AsteriskEvent:
    """Raises BadFrame."""
    return _in_json(text) if text.lstrip()[:1] == "{" else _in_words(text)


def _in_json(text: str) -> AsteriskEvent:
    try:
        found: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadFrame("not JSON") from error
    name = found.get("event")
    if not isinstance(name, str):
        raise BadFrame("no event")
    fields = {key: str(value) for key, value in found.items() if isinstance(value, str | int)}
    return AsteriskEvent(name=name, fields=fields, json=True)


def _in_words(text: str) -> AsteriskEvent:
    """NAME key:value …; of a processed mark the rest is its id."""
    name, _, rest = text.strip().partition(" ")
    if not name.isascii() or not name.replace("_", "").isalpha():
        raise BadFrame("no event")
    fields = {key: value for key, colon, value in (word.partition(":") for word in rest.split()) if colon}
    if rest and not fields:
        fields["correlation_id"] = rest.strip()
    return AsteriskEvent(name=name, fields=fields, json=False)


def format_of(start: AsteriskEvent) -> MediaFormat:
    """Of MEDIA_START. Raises BadFrame for a codec that is not spoken here."""
    codec = start.fields.get("format", "ulaw")
    rate = RATES.get(codec)
    if rate is None:
        raise BadFrame(f"codec {codec[:40]!r}: dial with one of {', '.join(f'c({name})' for name in RATES)}")
    width = 1 if codec == "ulaw" else 2
    said = start.fields.get("optimal_frame_size", "")
    size = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0
    fits = 0 < size <= rate * width and size % width == 0
    return MediaFormat(codec=codec, rate=rate, frame_bytes=size if fits else rate * width // FRAMES_A_SECOND)


def command(name: str, *, json: bool, correlation_id: str = "") -> str:
    if not json:
        return f"{name} {correlation_id}".rstrip()
    fields = {"command": name, **({"correlation_id": correlation_id} if correlation_id else {})}
    return msgspec.json.encode(fields).decode()
