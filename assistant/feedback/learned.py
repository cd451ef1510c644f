"""Learned: a numbered set of what was accepted, as retrieval, reader, writer, evaluation and tuning read it (pure).

Above: `learned_sets`, `following`, `learned_files`. Below: `candidates`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Final

from assistant.feedback.candidates import Candidate
from assistant.feedback.proposing import Becomes
from retrieval.words import words

NAME: Final = "learned"
SHORT: Final = 12
MOST_IN_PROMPT: Final = 6
"""Examples in a prompt: each costs tokens at every turn, and a prefix cache keeps them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    becomes: Becomes
    language: str
    text: str
    better: str = ""
    label: str = ""
    conditions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    number: int = 0
    items: tuple[Item, ...] = ()

    @property
    def digest(self) -> str:
        """Of what is in it, in any order; empty of an empty set."""
        if not self.items:
            return ""
        told = sorted(json.dumps(asdict(one), sort_keys=True) for one in self.items)
        return sha256("\n".join(told).encode()).hexdigest()

    @property
    def label(self) -> str:
        """ "learned@7-3f2a…": another content, another label. Empty where nothing is learnt."""
        return f"{NAME}@{self.number}-{self.digest[:SHORT]}" if self.number else ""

    @property
    def synonyms(self) -> str:
        """Lines as `retrieval.synonyms` reads them."""
        pairs = ((" ".join(words(one.text)), " ".join(words(one.better))) for one in self._that("synonym"))
        return "".join(f"{one}, {other}\n" for one, other in dict.fromkeys(pairs))

    def examples(self, *, english: bool) -> Mapping[str, Sequence[str]]:
        """Ways to say things by label; those in English, or those in all other languages."""
        found: dict[str, list[str]] = {}
        for one in self._that("reader_example"):
            if (one.language == "en") is english and one.text not in found.setdefault(one.label, []):
                found[one.label].append(one.text)
        return {label: texts for label, texts in found.items() if texts}

    @property
    def readings(self) -> tuple[tuple[str, str], ...]:
        """(message, label), for the reader's prompt."""
        return tuple((one.text, one.label) for one in self._that("reader_example"))[:MOST_IN_PROMPT]

    @property
    def rewordings(self) -> tuple[tuple[str, str], ...]:
        """(draft, better), for the writer's prompt."""
        return tuple((one.text, one.better) for one in self._that("writer_example"))[:MOST_IN_PROMPT]

    @property
    def cases(self) -> tuple[Item, ...]:
        return self._that("eval_case")

    def counts(self) -> Mapping[str, int]:
        return {kind: len(self._that(kind)) for kind in dict.fromkeys(one.becomes for one in self.items)}

    def _that(self, becomes: Becomes) -> tuple[Item, ...]:
        return tuple(one for one in self.items if one.becomes == becomes)


def item_of(one: Candidate) -> Item:
    return Item(
        becomes=one.becomes,
        language=one.language,
        text=one.text.strip(),
        better=one.better.strip(),
        label=one.label,
        conditions=one.conditions.strip(),
    )
