"""The names that facts of every kind carry. Above: events, desk_events."""

from __future__ import annotations

from typing import NewType

ConversationId = NewType("ConversationId", str)
TurnId = NewType("TurnId", str)
ClientId = NewType("ClientId", str)
