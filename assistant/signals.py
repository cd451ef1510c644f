"""What is never stored: words as they are written, stages, typing, presence. A dropped signal costs nothing but liveness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.events import ConversationId, Event, TurnId


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
class QueuePlace:
    """Where a customer stands who waits for a person."""

    position: int
    """From 1; 0: they wait no more."""
    ahead: int = 0
    expected_wait_seconds: int | None = None
    """From measured times; None: not known."""
    open: bool = True
    opens_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHere:
    """Of the desk's own topic: an agent who looks at a conversation, told anew every few seconds."""

    agent_id: str
    name: str
    role: str
    doing: Literal["reading", "writing", "gone"]
    asks: bool = False
    """Just come: the others tell of themselves at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Of the desk's own topic: words of a call while they are spoken."""

    text: str
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskChanged:
    """Of the desk's own topic: something beside the conversations has changed."""

    what: Literal["colleagues", "callbacks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Events that are durable now, in order."""

    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lagged:
    """The subscriber was too slow and messages were dropped: read the log again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Between replicas alone. Of the one that runs that turn: to "cut" it, to take the "progress" of its playback, to tell its
    "words" so far; of all: to "resume" what the asking one leaves, to know of a "line" that speaks (`stop`: no more), of
    what was "spent" of a limit, by its keys (`counts`)."""

    wish: Literal["cut", "progress", "words", "resume", "line", "spent"]
    conversation: ConversationId
    turn_id: str = ""
    heard: str | None = None
    stop: bool = False
    limit: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


Signal = Delta | Stage | Typing | Presence | QueuePlace
DeskSignal = AgentHere | Hearing | DeskChanged
"""Published on the desk's topics alone, which no customer's client follows."""
Message = Committed | Signal | DeskSignal | Lagged
