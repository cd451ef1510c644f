"""What is shown -> what is said, as a whole: no markup, no lists of ten, amounts as people say them (pure).

The text on the screen stays the truth; this is its reading. Above: `rendering`. Below: `clauses`.
"""

from __future__ import annotations

from channels.voice.clauses import Clauses


def spoken(text: str, *, language: str = "en", screen: bool = True) -> str:
    """The reply as it is read aloud. screen: whether the customer sees the rest."""
    machine = Clauses(language=language, screen=screen)
    found = [*machine.append(text), *machine.finish()[1]]
    return " ".join(clause.spoken for clause in found if clause.spoken)
