"""What is never stored: words as they are written, stages, typing, presence. A dropped signal costs nothing but liveness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.events import Event, TurnId


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """Words of a reply. `offset` counts characters of the reply before `text`; a lower offset than the last end replaces."""

    turn_id: TurnId
    offset: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a turn is doing: "searching", "checking_stock", "reading_policies", "writing"… `label` is for people."""

    turn_id: TurnId
    stage: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    who: Literal["customer", "assistant", "agent"]
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    who: Literal["customer", "agent"]
    channel: str
    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Events that are durable now, in order."""

    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lagged:
    """The subscriber was too slow and messages were dropped: read the log again."""


Signal = Delta | Stage | Typing | Presence
Message = Committed | Signal | Lagged
