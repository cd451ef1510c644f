"""A request of another language as words of the shop's: as it was interpreted, and what no table knew by nearness of meaning.

The encoder alone puts a foreign query near the right products, but less sharply than words do; with the words of the
shop's own titles that lie nearest to the query's, the lexical leg works for it too. Above lies `languages`; below,
`interpreting`, `lexical` and the multilingual encoder's vectors of the terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from retrieval.interpreting import Unit
from retrieval.lexical import Alternative
from retrieval.ports import Vectors
from retrieval.words import STOP_WORDS, stem, words

MOST_TERMS = 20_000
_FEWEST_PRODUCTS = 2
_MOST_WORDS = 16
_SURE, _NEAR, _BESIDE = 0.6, 3, 0.1
"""Cosine from which a term may stand for a word, how many may, and how far behind the nearest."""
_SECOND = 0.9
"""Weight of a glossary's further ways against its first."""
_RUN = 3
_JOINT = 0.1
"""What one more piece costs: phrases are told better than their words, where they are about as near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One word or phrase of the query."""

    said: str
    ways: tuple[tuple[str, float], ...]
    """In the shop's language, the likeliest first, each with its weight in (0, 1]."""

    @property
    def alternatives(self) -> list[Alternative]:
        return [(tuple(stem(word) for word in words(way)), weight) for way, weight in self.ways]


def terms_of(titles: Iterable[str], categories: Iterable[Sequence[str]]) -> list[str]:
    """Words and pairs of words that several titles hold, and the categories' names; the most frequent ones."""
    counts: Counter[str] = Counter()
    for title in titles:
        held = words(title)
        counts.update(list(dict.fromkeys([*held, *map(" ".join, pairwise(held))])))
    for path in categories:
        counts.update(list(dict.fromkeys(" ".join(words(level)) for level in path)))
    telling = (term for term, count in counts.most_common() if count >= _FEWEST_PRODUCTS and _tells(term))
    return [term for term, _ in zip(telling, range(MOST_TERMS), strict=False)]


def _tells(term: str) -> bool:
    parts = term.split()
    return len(term) > 2 and term.replace(" ", "").isalpha() and not STOP_WORDS & {parts[0], parts[-1]}


class Bridge:
    """Immutable. `vectors` are those of `terms`, in order."""

    def __init__(self, terms: Sequence[str], vectors: Vectors) -> None:
        self.terms = terms
        self.vectors = vectors

    def slots(
        self, units: Sequence[Unit], embed: Callable[[Sequence[str]], Vectors], used: Callable[[str], bool]
    ) -> list[Slot]:
        """Of a request as it was interpreted. `used` tells words that the shop's titles hold: an unknown word may be one."""
        found: list[Slot] = []
        strange: list[str] = []
        for unit in [unit for unit in units if unit.ways or unit.kind == "figure"]:
            if not unit.known and len(strange) < _MOST_WORDS:
                strange += [token.word for token in unit.tokens]
                continue
            found += self._nearest(strange, embed, used)
            strange = []
            found.append(_told(unit))
        return (found + self._nearest(strange, embed, used))[:_MOST_WORDS]

    def _nearest(
        self, run: Sequence[str], embed: Callable[[Sequence[str]], Vectors], used: Callable[[str], bool]
    ) -> list[Slot]:
        """The run cut into pieces so that the terms nearest to them are nearest altogether."""
        if not run:
            return []
        cuts = [(a, b) for a in range(len(run)) for b in range(a + 1, min(a + _RUN, len(run)) + 1)]
        pieces = [" ".join(run[a:b]) for a, b in cuts]
        # Two texts at least: a single one would be kept as if it were somebody's whole query.
        said = embed([*pieces, ""])[:-1]
        # All pieces in one product, the terms read once.
        table = said @ self.vectors.T
        slots = {cut: self._slot(piece, near) for cut, piece, near in zip(cuts, pieces, table, strict=True)}
        best: list[tuple[float, list[Slot]]] = [(0.0, [])]
        for end in range(1, len(run) + 1):
            ways = [(best[end - 1][0], best[end - 1][1])]
            for start in range(max(0, end - _RUN), end):
                nearness, slot = slots[start, end]
                ways.append((best[start][0] + nearness * (end - start) - _JOINT, [*best[start][1], slot]))
            best.append(max(ways, key=lambda way: way[0]))
        return [_with_itself(slot, used) for slot in best[-1][1] if slot.ways]

    def _slot(self, piece: str, near: Vectors) -> tuple[float, Slot]:
        if not len(near):
            return 0.0, Slot(said=piece, ways=((piece, 1.0),))
        some = np.argpartition(-near, min(_NEAR, len(near) - 1))[:_NEAR]
        first = some[np.argsort(-near[some], kind="stable")]
        top = float(near[first[0]])
        enough = max(_SURE, top - _BESIDE)
        ways = tuple((self.terms[row], min(1.0, float(near[row]))) for row in first.tolist() if near[row] >= enough)
        return top, Slot(said=piece, ways=ways or ((piece, _SURE),))


def _with_itself(slot: Slot, used: Callable[[str], bool]) -> Slot:
    """Many words of other languages are the shop's own: "smartphone", "outdoor"."""
    if not used(slot.said) or slot.said in (way for way, _ in slot.ways):
        return slot
    return Slot(said=slot.said, ways=((slot.said, 1.0), *slot.ways))


def _told(unit: Unit) -> Slot:
    ways = unit.ways or tuple(token.word for token in unit.tokens)
    return Slot(said=unit.said, ways=tuple((way, 1.0 if place == 0 else _SECOND) for place, way in enumerate(ways)))
