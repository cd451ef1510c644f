"""Words of somebody who may harm themselves, in four languages (pure). They come before every wish: no shop is worth more.

Meant to miss no plain saying; figures of speech ("this zip kills me", "dying to see it") are not among them.
"""

from __future__ import annotations

import re

_SAYINGS = re.compile(
    r"\b(?:kill(?:ing)? myself|end(?:ing)? my (?:own )?life|take my own life|taking my own life|suicid\w*|want(?:ed)? to die|wanna die"
    r"|wish i (?:was|were) dead|better off dead|(?:hurt|harm|cut)(?:ing)? myself on purpose|self[- ]harm\w*|(?:don'?t|do not) want to (?:live|be alive)(?: any ?more)?"
    r"|no reason to live|can'?t go on living"
    r"|matarme|suicid\w*|quitarme la vida|acabar con mi vida|quiero morir(?:me)?|no quiero (?:seguir viviendo|vivir(?: más)?)|hacerme daño a mí mism[oa]|autolesion\w*"
    r"|me suicider|me tuer|mettre fin à mes jours|en finir avec la vie|envie de mourir|veux mourir|veux plus vivre|me faire du mal|automutil\w*"
    r"|mich umbringen|bringe mich um|bring mich um|selbstmord\w*|suizid\w*|mir das leben nehmen|will sterben|möchte sterben|nicht mehr leben|mich selbst verletzen|selbstverletz\w*)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:suicide squad|suicide doors?|suicide prevention (?:shirt|pin|bracelet|fund\w*|charity)|(?:movie|film|book|buch|libro|livre|game|song) .{0,20}suicid\w*)\b",
    re.IGNORECASE,
)
"""Names of things and works."""


def in_distress(said: str) -> bool:
    plain = said.replace("’", "'")
    return bool(_SAYINGS.search(plain)) and not _OTHER.search(plain)
