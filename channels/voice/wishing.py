"""Wishing: what the voice does when it is asked something itself: to repeat, to slow down, to spell, to go on (pure).

Above: `session`. Below: `wishes`, which knows the words, and the replies that `playout` has spoken.
"""

from __future__ import annotations

from dataclasses import dataclass

from channels.voice.aloud import aloud
from channels.voice.playout import Playout
from channels.voice.wishes import held_back, other_pace, repeated, wish_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilled:
    """text: what is said now, "" for nothing; pace: from here on."""

    text: str
    language: str
    pace: float


def fulfilled(words: str, mouth: Playout, language: str) -> Fulfilled | None:
    """None where the words are for the assistant, or nothing was said yet that they could be about."""
    last = mouth.last
    if last is None:
        return None
    shown = last.clauses.text
    rest = held_back(shown, last.language) if not mouth.screen else None
    wish = wish_in(words, language, offered=rest is not None and rest.asked and last.over)
    heard = None if last.over else last.heard
    again = repeated(shown, last.language, heard=heard, screen=mouth.screen)
    match wish:
        case None:
            return None
        case "stop":
            return Fulfilled(text="", language=last.language, pace=mouth.pace)
        case "more":
            text = rest.text if rest is not None else again if heard is not None else ""
            return Fulfilled(text=text, language=last.language, pace=mouth.pace) if text else None
        case "spell":
            return Fulfilled(text=aloud(shown, last.language, spell=True), language=last.language, pace=mouth.pace)
        case "again" | "slower" | "faster":
            return Fulfilled(text=again, language=last.language, pace=other_pace(mouth.pace, wish))
