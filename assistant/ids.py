"""Ids and where they come from: given in as an argument, so that tests and replays can give their own."""

from __future__ import annotations

import os
import secrets
import time
from typing import Protocol

from assistant.events import ConversationId, TurnId


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

    def conversation(self) -> ConversationId:
        return ConversationId(f"c_{secrets.token_hex(12)}")

    def turn(self) -> TurnId:
        return TurnId(f"t_{secrets.token_hex(8)}")

    def event(self) -> str:
        return uuid7(time.time_ns() // 1_000_000, secrets.randbits(74))

    def owner(self) -> str:
        return f"{os.getpid()}-{secrets.token_hex(4)}"
