"""Which reply belongs to which message. Below: `facts`. Above: `conversation.ask`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from .facts import AssistantSaid, TurnFailed, TurnStarted, fact_of
from .values import Event


async def reply_to(events: AsyncIterator[Event], seq: int) -> AssistantSaid | TurnFailed:
    """Of events from before `seq` on: the end of the turn that serves it. A turn that was cut off before its first word
    serves nothing: the next one does."""
    turn = ""
    async for event in events:
        match fact_of(event):
            case TurnStarted(turn_id=turn_id, answers=answers) if seq in answers:
                turn = turn_id
            case AssistantSaid(turn_id=turn_id, text="", interrupted=True) if turn_id == turn:
                turn = ""
            case (AssistantSaid(turn_id=turn_id) | TurnFailed(turn_id=turn_id)) as ended if turn and turn_id == turn:
                return ended
    raise RuntimeError("events never end by themselves")
