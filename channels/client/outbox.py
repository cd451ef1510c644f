"""Where messages wait until the log holds them. Below: `line`'s Outgoing. Above: `conversation`.

`MemoryOutbox` lasts as long as the process, `FileOutbox` survives a restart of the app, at any point. An app with a database
of its own writes a third: four methods.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from .line import Outgoing


class Outbox(Protocol):
    """One place for all conversations of an app."""

    async def put(self, conversation_id: str, item: Outgoing) -> None:
        """Kept when this returns. The same client_id again changes nothing."""
        ...

    async def remove(self, conversation_id: str, client_id: str) -> None:
        """No error where there is none."""
        ...

    async def waiting(self, conversation_id: str) -> list[Outgoing]:
        """In the order they were put."""
        ...


class MemoryOutbox:
    def __init__(self) -> None:
        self._items: dict[str, dict[str, Outgoing]] = {}

    async def put(self, conversation_id: str, item: Outgoing) -> None:
        self._items.setdefault(conversation_id, {}).setdefault(item.client_id, item)

    async def remove(self, conversation_id: str, client_id: str) -> None:
        items = self._items.get(conversation_id, {})
        items.pop(client_id, None)
        if not items:
            self._items.pop(conversation_id, None)

    async def waiting(self, conversation_id: str) -> list[Outgoing]:
        return list(self._items.get(conversation_id, {}).values())


class FileOutbox:
    """One small file a message, written aside and renamed: a process that dies leaves whole files or none.

    The text is the customer's own: keep the folder where only the app reads.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, conversation_id: str, item: Outgoing) -> None:
        await asyncio.to_thread(self._put, conversation_id, item)

    async def remove(self, conversation_id: str, client_id: str) -> None:
        await asyncio.to_thread(self._remove, conversation_id, client_id)

    async def waiting(self, conversation_id: str) -> list[Outgoing]:
        return [item for _, item in await asyncio.to_thread(self._read, conversation_id)]

    def _put(self, conversation_id: str, item: Outgoing) -> None:
        known = self._read(conversation_id)
        if any(other.client_id == item.client_id for _, other in known):
            return
        place = self._place(conversation_id)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = int(known[-1][0].stem) + 1 if known else 1
        aside = place / f"{number:09}.new"
        with aside.open("w", encoding="utf-8") as file:
            json.dump(asdict(item), file)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(aside.with_suffix(".json"))

    def _remove(self, conversation_id: str, client_id: str) -> None:
        for path, item in self._read(conversation_id):
            if item.client_id == client_id:
                path.unlink(missing_ok=True)

    def _read(self, conversation_id: str) -> list[tuple[Path, Outgoing]]:
        paths = sorted(self._place(conversation_id).glob("*.json"))
        return [(path, Outgoing(**json.loads(path.read_text(encoding="utf-8")))) for path in paths]

    def _place(self, conversation_id: str) -> Path:
        return self._folder / re.sub(r"[^\w-]", "_", conversation_id)
