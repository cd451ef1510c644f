"""Choices: the answers that a screen offers as buttons, for those who have none: "You can say yes or no." (pure).

Said on a phone, where they are few and short; a list of whole questions helps nobody's ear. Above: the voice session, through
`clauses`. Below: `aloud`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channels.voice.aloud import aloud

MOST, MOST_WORDS = 3, 4
_SAY: Mapping[str, tuple[str, str]] = {
    "en": ("You can say {choices}.", "or"),
    "es": ("Puede decir {choices}.", "o"),
    "fr": ("Vous pouvez dire {choices}.", "ou"),
    "de": ("Sie können {choices} sagen.", "oder"),
}


def choices_aloud(texts: Sequence[str], language: str) -> str:
    """What may be answered; "" where that is better left unsaid."""
    plain = [text.strip().rstrip(".!") for text in texts if text.strip()]
    if not 2 <= len(plain) <= MOST or any(len(text.split()) > MOST_WORDS or "?" in text for text in plain):
        return ""
    sentence, last = _SAY.get(language, _SAY["en"])
    said = [
        text if any(each.isupper() for each in text[1:]) or (language == "de" and len(text) > 4) else text.lower()
        for text in plain
    ]
    return aloud(sentence.format(choices=f"{', '.join(said[:-1])} {last} {said[-1]}"), language)
