"""A turn while it runs: what it has said, done and found so far. Nothing of it is durable until the assistant commits it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assistant.conversation import Conversation, Unanswered
from assistant.events import Actor, AssistantSaid, Fact, TurnId
from assistant.signals import Delta, Signal, Stage


@dataclass(slots=True, kw_only=True)
class LiveTurn:
    id: TurnId
    emit: Callable[[Signal], None]
    facts: list[tuple[Actor, Fact]] = field(default_factory=list)
    """Committed together with the reply, or with the interruption: one turn, one transaction."""
    spoken: str = ""
    """What has been streamed so far."""
    language: str = "en"
    apology: str = ""
    """What is said when the turn breaks, in the conversation's language."""
    interrupted: bool = False
    stopped: bool = False
    """Interrupted by a wish for silence, not by a new message."""
    heard: str | None = None
    """On a line that speaks: what the customer acknowledged as played."""

    def say(self, text: str) -> None:
        """Streams more words."""
        if text:
            self.emit(Delta(turn_id=self.id, offset=len(self.spoken), text=text))
            self.spoken += text

    def take_back(self, length: int) -> None:
        """Forgets what was streamed after `length` characters; the next words replace it."""
        self.spoken = self.spoken[:length]

    def stage(self, stage: str, label: str) -> None:
        self.emit(Stage(turn_id=self.id, stage=stage, label=label))

    def record(self, actor: Actor, fact: Fact) -> None:
        self.facts.append((actor, fact))

    def cut_off(self, *, spoken: bool = False) -> AssistantSaid:
        """The reply as far as it got. spoken: on a line, where words count once they were heard."""
        text = self.spoken if self.heard is None and not spoken else self.heard or ""
        return AssistantSaid(turn_id=self.id, text=text, language=self.language, interrupted=True)


class TurnRunner(Protocol):
    async def __call__(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        """Runs one turn to its reply. Streams through `live`, records what it does in `live.facts`, never raises a
        customer's mistake, may be cancelled at any await."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """The reply that is being written now."""

    turn_id: TurnId
    text: str
