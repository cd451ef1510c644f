"""A draft's sentence -> the say-act's key and values that it was worded from: the templates read backwards (pure).

Above: `writer_examples`. Below: the templates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.answering.wording import Templates

_SLOT: Final = re.compile(r"({\w+})")
_FIXED: Final = 3
"""Letters of its own that a wording needs to be told from others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    key: str
    values: Mapping[str, str]


class Recovery:
    """The templates as patterns, those that say most of their own first."""

    def __init__(self, templates: Templates) -> None:
        found = [
            (_fixed(wording), key, _pattern(wording)) for key, wordings in templates.items() for wording in wordings
        ]
        self._patterns: Sequence[tuple[str, re.Pattern[str]]] = [
            (key, pattern) for fixed, key, pattern in sorted(found, key=lambda one: -one[0]) if fixed >= _FIXED
        ]

    def recover(self, sentence: str) -> Recovered | None:
        for key, pattern in self._patterns:
            if match := pattern.match(sentence):
                return Recovered(key=key, values=match.groupdict())
        return None


def _fixed(wording: str) -> int:
    return len(_SLOT.sub("", wording))


def _pattern(wording: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts = []
    for part in _SLOT.split(wording):
        name = part[1:-1]
        if not _SLOT.fullmatch(part):
            parts.append(re.escape(part))
        elif name in seen:
            parts.append(f"(?P={name})")
        else:
            seen.add(name)
            parts.append(f"(?P<{name}>.*?)")
    return re.compile("".join(parts) + r"\Z", re.S)
