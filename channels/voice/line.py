"""A line: one listener's ear and mouth, whatever carries it: a browser's socket, a phone company's stream, a PBX.

Above: `talking`, the shell that runs the session's commands on a line. Each transport (`socket_line`, `call_center`, `realtime`)
is one CallTransport; none of them knows what is said. Sound on a line is 16-bit little-endian mono at the line's rate.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What the listener said since the frame before. Whole samples; any length."""

    pcm: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Digit:
    """A key of a phone: 0-9, *, #, A-D."""

    digit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """Everything up to and with the sound that bore this mark has left the loudspeaker. Never for what `clear` dropped."""

    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnded:
    """The listener said so: a button let go, a buffer committed. What was heard until here is the whole utterance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutIn:
    """The listener's side stopped the playback itself (a stop button, `interrupt`). heard: as its side shows it, if it tells."""

    turn_id: str = ""
    heard: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HungUp:
    """The last event of a line."""


LineEvent = Sound | Digit | Played | TurnEnded | CutIn | HungUp


class CallTransport(Protocol):
    """Both directions of one line. Used by one task a direction; `events` ends after HungUp and never raises for a line
    that broke: that is HungUp too."""

    @property
    def rate(self) -> int:
        """Samples a second, both ways."""
        ...

    @property
    def screen(self) -> bool:
        """Whether the listener reads along, so that long lists may be left to the eye."""
        ...

    def events(self) -> AsyncIterator[LineEvent]: ...

    async def begin(self, turn_id: str) -> None:
        """The speech of that reply follows."""
        ...

    async def play(self, pcm: bytes, *, mark: str) -> None:
        """Hands sound over; returns before it is heard. `Played(mark)` follows once it was. Marks are unique on a line."""
        ...

    async def end(self, turn_id: str) -> None:
        """All of that reply's speech has been handed over."""
        ...

    async def clear(self, turn_id: str) -> None:
        """Stops at once: what was not played never is, and its marks never come."""
        ...

    async def hang_up(self) -> None: ...
