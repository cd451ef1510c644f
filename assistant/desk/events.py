"""Facts of the agents' desk: handing over, waiting, calling back, notes, suggestions. Parts of `events.Fact`.

Above: events, which everybody imports them from. Below: what is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.ids_of_conversations import TurnId
from assistant.shown import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffRequested:
    reason: str
    summary: str
    rule: str = ""
    """Of the rules of handoff, the one that asked."""
    priority: int = 0
    """0 normal to 3 urgent."""
    skills: tuple[str, ...] = ()
    front: bool = False
    """It comes back from an agent: ahead of all that are as urgent."""
    to_agent: str = ""
    """Given on to this one."""
    to_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitOffered:
    """Nobody has come in time: a call-back or a message was offered."""

    turn_id: TurnId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRequested:
    callback_id: str
    phone: str
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLeft:
    message_id: str
    text: str
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffEnded:
    """The customer waits no more."""

    reason: Literal["callback", "message", "back_to_assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentJoined:
    agent_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLeft:
    agent_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSaid:
    agent_id: str
    text: str
    client_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded:
    agent_id: str
    text: str
    kind: Literal["note", "whisper", "joined", "transfer", "call"] = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSnoozed:
    """Laid aside by its agent until then, or until the customer writes."""

    agent_id: str
    until: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRecorded:
    agent_id: str
    outcome: Literal["solved", "not_solved", "call_back", "spam", "other"]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionMade:
    suggestion_id: str
    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionUsed:
    suggestion_id: str
    agent_id: str
    edited: bool = False
    edit_distance: int | None = None
    """Characters put in, taken out or changed before it went out."""
