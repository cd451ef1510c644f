"""Mood: how a customer's last words sound, so that agents see who cannot wait (pure). A hint for people, never a decision.

Words are our own choice; a message in capitals or with many exclamation marks counts as one such word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Mood = Literal["upset", "neutral", "pleased"]

_UPSET = re.compile(
    r"\b(?:angry|furious|terrible|awful|horrible|ridiculous|unacceptable|useless|scam|worst|disgusting|lawyer|complain\w*|"
    r"fed up|sick of|never again|third time|still (?:not|no|waiting)|"
    r"furios[oa]|terrible|horrible|inaceptable|ridículo|estafa|vergüenza|hart[oa]|queja\w*|"
    r"furieu(?:x|se)|inadmissible|inacceptable|honteux|arnaque|ras le bol|marre|nul(?:le)?s?|plainte|"
    r"wütend|unverschämt|furchtbar|schrecklich|inakzeptabel|betrug|frechheit|unmöglich|beschwer\w*|reicht's)\b",
    re.IGNORECASE,
)
_PLEASED = re.compile(
    r"\b(?:thanks?|thank you|great|perfect|lovely|awesome|wonderful|gracias|perfecto|genial|merci|parfait|super|danke|"
    r"toll|perfekt|prima)\b",
    re.IGNORECASE,
)


def mood_of(said: Sequence[str]) -> Mood:
    """said: their last messages, the newest last, which counts twice."""
    weight = 0
    for place, text in enumerate(said):
        times = 2 if place == len(said) - 1 else 1
        weight += times * (len(_UPSET.findall(text)) + _shouts(text))
        weight -= times * bool(_PLEASED.search(text))
    if weight > 0:
        return "upset"
    return "pleased" if weight < -1 else "neutral"


def _shouts(text: str) -> int:
    letters = [character for character in text if character.isalpha()]
    loud = len(letters) >= 12 and sum(character.isupper() for character in letters) > 0.8 * len(letters)
    return int(loud or text.count("!") >= 3)
