"""Agents as values, and what the state of a conversation forbids them. Above: `desk`, channels/desk. Below: events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.errors import AssistantError
from assistant.events import Actor

Role = Literal["agent", "supervisor", "admin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    id: str
    name: str
    role: Role = "agent"

    @property
    def actor(self) -> Actor:
        return Actor(kind="agent", id=self.id)


class DeskError(AssistantError):
    """An agent's wish that the state of the conversation does not allow. Nothing was written."""

    code = "desk_error"


class ClaimedByAnother(DeskError):
    code = "claimed"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has this conversation: ask them to release it")
        self.name = name


class NotClaimed(DeskError):
    code = "not_claimed"

    def __init__(self) -> None:
        super().__init__("claim this conversation first: its customer is told who answers")


class NotOpen(DeskError):
    code = "conversation_closed"

    def __init__(self) -> None:
        super().__init__("this conversation has ended")


class Reserved(DeskError):
    code = "reserved"

    def __init__(self, name: str, until: str) -> None:
        super().__init__(f"this was given to {name}, and is theirs until {until}: a supervisor may take it now")


class AtCapacity(DeskError):
    code = "at_capacity"

    def __init__(self, capacity: int) -> None:
        super().__init__(
            f"you have {capacity} conversations, as many as you said: finish one, or take it with ignore_capacity"
        )


class AgentOffline(DeskError):
    code = "agent_offline"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has no screen open, or is away: give it to somebody else, or to the queue")


class InvalidWish(DeskError):
    """What was asked for makes no sense, whatever the state. `code` is stable."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
