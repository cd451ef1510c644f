"""Wire: a line as its caller holds it, whatever carries it. The handset runs on it; three carriers implement it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol


class CannotCall(Exception):
    """No call came about; the text says why, and the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Of the assistant, to be played behind what came before; `mark` is told when it was."""

    pcm: bytes
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What was not played never is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """As the server shows it, where it shows anything."""

    who: Literal["caller", "assistant", "note"]
    text: str


Arrival = Speech | Stop | Said


class Wire(Protocol):
    @property
    def rate(self) -> int: ...

    @property
    def cushion(self) -> int:
        """Bytes of sound that are gathered before they are played; 0 where it comes ahead of its time anyway."""
        ...

    def arrivals(self) -> AsyncIterator[Arrival]:
        """Ends when the other side hangs up."""
        ...

    async def send(self, pcm: bytes) -> None:
        """The next 20 ms of the caller."""
        ...

    async def heard(self, mark: str) -> None:
        """All up to this mark was played."""
        ...

    async def dropped(self, marks: list[str]) -> None:
        """What a Stop left unplayed."""
        ...

    async def hang_up(self) -> None: ...
