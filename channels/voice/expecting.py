"""What the next words are likely to be: the open question of the conversation, as far as it matters to an ear (pure).

An order number that is half said holds the floor, a "yes" that is whole does not; digits of a phone's keys are complete when
as many came as were asked for. Above: `floor`, `keys`, `session`. Below: the conversation's context.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.context import context_of
from assistant.conversation import Conversation

Kind = Literal["", "order", "zip", "phone", "email", "yes_or_no", "choice", "words"]
_OF_SLOT: dict[str, Kind] = {
    "order": "order",
    "identity": "email",
    "place": "zip",
    "go_ahead": "yes_or_no",
    "product": "choice",
    "variant": "choice",
    "option": "choice",
    "items": "choice",
    "method": "choice",
    "need": "words",
    "reason": "words",
    "address": "words",
    "confirmation": "yes_or_no",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expecting:
    kind: Kind = ""
    """"": no question is open."""
    least: int = 0
    """Digits below which a number that was begun is not whole; 0 where none is asked for."""
    most: int = 0
    """Digits at which it surely is; 0 where that is not known."""
    names: str = ""
    """What may well be said, for the transcriber."""

    @property
    def question_open(self) -> bool:
        return bool(self.kind)

    @property
    def digits(self) -> bool:
        return self.least > 0


NOTHING = Expecting()
_DIGITS: dict[Kind, tuple[int, int]] = {"order": (5, 0), "zip": (5, 5), "phone": (10, 11)}


def expected(conversation: Conversation) -> Expecting:
    """By the conversation's open question; a confirmation that waits for its yes comes first."""
    if conversation.confirmation is not None:
        return Expecting(kind="yes_or_no")
    context = context_of(conversation)
    slot = context.asked.slot if context.asked is not None else str(context.process.get("waiting") or "")
    kind = _OF_SLOT.get(slot, "words" if slot else "")
    least, most = _DIGITS.get(kind, (0, 0))
    names = ", ".join(list(dict.fromkeys(context.titles.values()))[:6]) if kind in ("choice", "") else ""
    return Expecting(kind=kind, least=least, most=most, names=names)
