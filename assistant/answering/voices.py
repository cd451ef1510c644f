"""Voices: each language that the shop offers with its templates and phrases, and the choice among them.

Above: `turn`, bootstrap. Below: wording, phrases, the tables in `templates/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from assistant.answering.formats import ENGLISH, locale_for
from assistant.answering.phrases import Phrases
from assistant.answering.tables import read_table
from assistant.answering.wording import Templates, load_templates

_HERE = Path(__file__).parent / "templates"
LANGUAGES = ("en", "es", "fr", "de")
"""Those that we have templates for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How one language is spoken."""

    templates: Templates
    phrases: Phrases

    @property
    def language(self) -> str:
        return self.phrases.language

    def at(self, locale: str) -> Voice:
        """With the amounts and dates of that place, where its people speak this language."""
        return replace(self, phrases=replace(self.phrases, locale=locale_for(self.language, locale)))

    def has_said(self, key: str, text: str) -> bool:
        """Whether a text holds one of that key's wordings that name nothing."""
        return any(wording in text for wording in self.templates.get(key, ()))


@cache
def load_voice(language: str) -> Voice:
    """Reads files, once a language."""
    terms = {name: row[language] for name, row in _read("terms").items() if language in row}
    values = {str(name): row[language] for name, row in _read("values").items() if language in row}
    entries = dict(_flat(_read(f"phrases/{language}"))) | dict(_flat(_read(f"phrases/privacy/{language}")))
    phrases = Phrases(language=language, locale=language, entries=entries, terms=terms, values=values)
    # A sentence that a language lacks comes in English rather than not at all; the tests see to it that none does.
    return Voice(templates={**load_templates(ENGLISH), **load_templates(language)}, phrases=phrases)


def _read(name: str) -> dict[str, Any]:
    return dict(read_table(_HERE / f"{name}.yaml") or {})


def _flat(table: Mapping[str, Any], above: str = "") -> Sequence[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{above}{key}"
        found += _flat(value, f"{name}.") if isinstance(value, dict) else [(name, str(value))]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """The languages that a shop offers; the first is its own, in which everybody else is answered."""

    offered: tuple[str, ...]
    only: Mapping[str, Mapping[str, str]]
    """By a customer's language: the sentence that says what replies come in, and the names of our languages in it."""

    @property
    def default(self) -> str:
        return self.offered[0]

    def voice(self, language: str, locale: str = "") -> Voice:
        """That language's, or the shop's own."""
        return load_voice(language if language in self.offered else self.default).at(locale)

    def excuse(self, language: str) -> str:
        """In the customer's language: that replies come in the shop's; "" where we have no words for that."""
        words = self.only.get(language, {})
        return words.get("sentence", "").format(language=words.get(self.default, "")) if self.default in words else ""

    def in_english(self, text: str, language: str) -> str:
        """A button's words of that language as the English button's; any other text as it is."""
        if language == ENGLISH or language not in self.offered:
            return text
        for pattern, english in _buttons(language):
            if found := pattern.fullmatch(text.strip().replace("\u00a0", " ")):
                return english.format_map(found.groupdict())
        return text


@cache
def _buttons(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    ours, english = (load_voice(one).phrases.entries for one in (language, ENGLISH))
    keys = [key for key in english if key.startswith("replies.") and key.endswith(".text")]
    keys += [key for key in english if key.startswith("reasons.")]
    return tuple((_pattern(ours[key]), english[key]) for key in keys if set(_NAMED.findall(english[key])) <= {"order"})


_NAMED = re.compile(r"\{(\w+)\}")


def _pattern(wording: str) -> re.Pattern[str]:
    """Only an order's number may stand in it: any words would make a free sentence of the customer's a button's."""
    parts = _NAMED.split(wording)
    written = (
        rf"(?P<{part}>#?\w+)" if place % 2 else re.escape(part.replace("\u00a0", " "))
        for place, part in enumerate(parts)
    )
    return re.compile("".join(written), re.I)


def open_voices(offered: Sequence[str] = LANGUAGES) -> Voices:
    """Reads what those languages say. Raises ValueError for a language that has no templates."""
    unknown = [language for language in offered if language not in LANGUAGES]
    if unknown or not offered:
        raise ValueError(f"no templates for {unknown!r}: choose among {', '.join(LANGUAGES)}")
    for language in offered:
        load_voice(language)
    return Voices(offered=tuple(dict.fromkeys(offered)), only=_read("only_these"))
