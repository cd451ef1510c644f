"""Ids and where they come from: given in as an argument, so that tests and replays can give their own."""

from __future__ import annotations

import os
import secrets
import time
from collections import deque
from typing import Final, Protocol

from assistant.events import ConversationId, TurnId

_PIECE: Final = 12
_PIECES: Final = 256


class Ids(Protocol):
    def conversation(self) -> ConversationId: ...

    def turn(self) -> TurnId: ...

    def event(self) -> str: ...

    def owner(self) -> str:
        """Names this process among others that may hold a lease."""
        ...


def uuid7(milliseconds: int, random_bits: int) -> str:
    """RFC 9562, version 7: 48 bits of time, then 74 random bits."""
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (random_bits >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | random_bits & (1 << 62) - 1
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class RandomIds:
    """Unguessable ids, sortable by time where that helps the store."""

    def __init__(self) -> None:
        self._drawn: deque[bytes] = deque()
        """Random bytes of the system's, each piece for one id: asking it for every one lets go of the interpreter's lock."""

    def conversation(self) -> ConversationId:
        return ConversationId(f"c_{self._random(12).hex()}")

    def turn(self) -> TurnId:
        return TurnId(f"t_{self._random(8).hex()}")

    def event(self) -> str:
        return uuid7(time.time_ns() // 1_000_000, int.from_bytes(self._random(10)) & (1 << 74) - 1)

    def owner(self) -> str:
        return f"{os.getpid()}-{secrets.token_hex(4)}"

    def _random(self, size: int) -> bytes:
        """Taking a piece is one step: two threads never get the same."""
        while True:
            try:
                return self._drawn.popleft()[:size]
            except IndexError:
                drawn = os.urandom(_PIECE * _PIECES)
                self._drawn.extend(drawn[at : at + _PIECE] for at in range(0, len(drawn), _PIECE))
