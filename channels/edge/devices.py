"""Devices: which open socket is whose. A newer socket of the same device replaces the older (close code 4409)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Devices:
    def __init__(self) -> None:
        self._replaced: dict[tuple[str, str], asyncio.Event] = {}

    @contextmanager
    def held(self, conversation: str, device: str, replaced: asyncio.Event) -> Iterator[None]:
        """`replaced` is set when a newer one comes. A client that names no device never replaces another."""
        if not device:
            yield
            return
        key = (conversation, device)
        if (older := self._replaced.get(key)) is not None:
            older.set()
        self._replaced[key] = replaced
        try:
            yield
        finally:
            if self._replaced.get(key) is replaced:
                del self._replaced[key]
