"""Names of what a message asks for, as the log keeps them beside the reply: of a closed set, never words (pure).

Above: the turn, analytics. Below: commands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.understanding.commands import (
    Ask,
    CancelFlow,
    Choose,
    Command,
    Confirm,
    Correct,
    Decline,
    FillSlot,
    Greet,
    SpeakLanguage,
    StartFlow,
    TalkToHuman,
    Unclear,
)

LONGEST = 48
_PLAIN: dict[type, str] = {
    Choose: "choose",
    Confirm: "confirm",
    Decline: "decline",
    Correct: "correct",
    CancelFlow: "never_mind",
    FillSlot: "identify",
    TalkToHuman: "person",
    SpeakLanguage: "language",
}


def intents_of(commands: Sequence[Command]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(intent_of, commands)))


def intent_of(command: Command) -> str:
    match command:
        case StartFlow(flow="change_order", change=change):
            return _named("change_order", change)
        case StartFlow(flow=flow):
            return flow
        case Ask(about="policy", topic=topic):
            return _named("policy", topic.partition("|")[0])
        case Ask():
            return "product_question"
        case Greet(kind=kind):
            return f"talk:{kind}"
        case Unclear(kind=kind):
            return kind
        case _:
            return _PLAIN[type(command)]


def _named(family: str, of: str) -> str:
    word = re.sub(r"\W+", "_", of.strip().lower()).strip("_")
    return f"{family}:{word}"[:LONGEST] if word else family
