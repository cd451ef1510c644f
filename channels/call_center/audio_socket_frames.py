"""Asterisk's AudioSocket on the wire (pure): type (1), length (2, big-endian), payload; samples little-endian.

https://docs.asterisk.org/Configuration/Channel-Drivers/AudioSocket/. What Asterisk does not know ends the call's leg there, and
so does sound of no length: the two frames written here are the only ones ever sent. Above: `audio_socket`.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

RATE = 8_000
FRAME_SECONDS = 0.02
FRAME_BYTES = 320
"""20 ms of 16-bit samples."""
MOST_PAYLOAD = 0xFFFF
_HEADER = struct.Struct(">BH")
HANG_UP, UUID, DTMF, SOUND, ERROR = 0x00, 0x01, 0x03, 0x10, 0xFF
OTHER_RATES = {
    0x11: 12_000,
    0x12: 16_000,
    0x13: 24_000,
    0x14: 32_000,
    0x15: 44_100,
    0x16: 48_000,
    0x17: 96_000,
    0x18: 192_000,
}


class BadFrame(ValueError):
    """Not what the protocol allows, or not what this line takes; the reason is the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    type: int
    payload: bytes

    def uuid(self) -> str:
        """Raises BadFrame."""
        if self.type != UUID or len(self.payload) != 16:
            raise BadFrame("the first frame is the call's UUID, 16 bytes")
        return str(uuid.UUID(bytes=self.payload))

    def sound(self) -> bytes:
        """Whole samples, of 8,000 a second. Raises BadFrame for another rate."""
        if self.type in OTHER_RATES:
            rate = OTHER_RATES[self.type]
            raise BadFrame(
                f"sound of {rate:,} samples a second: let Asterisk send slin, as in Dial(AudioSocket/…/c(slin))"
            )
        return self.payload[: len(self.payload) // 2 * 2]


@dataclass(slots=True)
class Frames:
    """Bytes as TCP gives them -> frames, however they are cut."""

    _held: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> Iterator[Frame]:
        self._held += data
        while len(self._held) >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._held)
            end = _HEADER.size + length
            if len(self._held) < end:
                return
            payload = bytes(self._held[_HEADER.size : end])
            del self._held[:end]
            yield Frame(type=kind, payload=payload)


def sound(pcm: bytes) -> bytes:
    """Raises ValueError for none and for too much."""
    if not 0 < len(pcm) <= MOST_PAYLOAD:
        raise ValueError(f"{len(pcm)} bytes are no frame of sound")
    return _HEADER.pack(SOUND, len(pcm)) + pcm


def hang_up() -> bytes:
    return _HEADER.pack(HANG_UP, 0)
