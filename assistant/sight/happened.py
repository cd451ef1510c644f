"""What turns tell: as little as can be kept while customers wait; counted afterwards, many at once. Above: `sight`, `counting`."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.conversation import Conversation
from assistant.events import AssistantSaid
from assistant.privacy.masking.known_words import TurnWords
from assistant.sight.spans import Recording


@dataclass(slots=True)
class Ended:
    """A turn is over. Times are of the monotonic clock."""

    recording: Recording
    ended: float
    conversation: Conversation
    channel: str
    messages: int
    result: str
    failed: str
    reply: AssistantSaid | None
    caller: str
    """The `traceparent` of who asked, or ""."""
    words: TurnWords | None
    """What must not stand in its trace."""


@dataclass(slots=True)
class Late:
    """A stage outside a turn's run. turn_id "": of no turn yet."""

    turn_id: str
    name: str
    began: float
    ended: float
    channel: str = ""


Happened = Ended | Late
