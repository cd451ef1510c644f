"""Near-identical products as one hit: the same title and brand but for the name of a colour or a size.

Read from the titles' numbered stems, so that nothing is fetched for it. Above lies `retriever`; below, `titles`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.catalogue import ProductId
from retrieval.colours import SHADES, SPELLINGS
from retrieval.live import State
from retrieval.ranking import Ranked
from retrieval.titles import Titles
from retrieval.vocabulary import Vocabulary
from retrieval.words import listed, stem, words

_SIZES = listed("xxs xs s m l xl xxl xxxl 2xl 3xl 4xl twin queen king colour color size")
_AT_THE_END = listed("small medium large extra full")
"""Sizes where nothing follows: a "small grill" is another grill."""
_FEWEST = 2
"""Stems that two titles must share to be the same thing."""
_MORE = 40
"""Places looked at beyond those that are shown."""

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """A product that a hit stands for as well."""

    id: ProductId
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """Numbers of the stems that tell one variety of a thing from another, in one segment."""

    anywhere: frozenset[int]
    last: frozenset[int]
    """Those that are options only at a title's end."""
    size: int | None


class Siblings:
    """Tells which hits of one state are near-identical; made once for the segments of a state. Thread-safe."""

    def __init__(self, state: State) -> None:
        self._of = (state.vocabulary, state.segments)
        self._options = [_options(state.vocabulary, segment.words.postings.terms) for segment in state.segments]

    def serves(self, state: State) -> bool:
        return self._of[0] is state.vocabulary and self._of[1] is state.segments

    def collapsed(self, state: State, best: Ranked, k: int) -> list[list[int]]:
        """The first `k` hits as places of the ranking, each followed by the places of its siblings, best first."""
        hits: list[list[int]] = []
        by_key: dict[Key, list[int]] = {}
        for place in range(min(len(best.rows), k + _MORE)):
            part, row = int(best.parts[place]), int(best.rows[place])
            key = (part, *_told(state.segments[part].titles, row, self._options[part]))
            if len(key) > _FEWEST and (known := by_key.get(key)) is not None:
                known.append(place)
            elif len(hits) < k:
                hits.append([place])
                by_key[key] = hits[-1]
        return hits


def _options(vocabulary: Vocabulary, numbers: Mapping[str, int]) -> _Options:
    """The colours that everybody names and those of the shop, in one word each; and sizes."""
    offered = (value for value in vocabulary.values.get("colour", {}) if value.isalpha())
    shades = (shade for name, known in SHADES.items() for shade in (name, *known))
    named = {stem(word) for value in (*offered, *shades, *SPELLINGS, *_SIZES) for word in words(value)}
    last = {stem(word) for word in _AT_THE_END}
    return _Options(
        anywhere=_numbers(named - last, numbers), last=_numbers(last, numbers), size=numbers.get(stem("size"))
    )


def _numbers(stems: Iterable[str], numbers: Mapping[str, int]) -> frozenset[int]:
    return frozenset(number for one in stems if (number := numbers.get(one)) is not None)


def _told(titles: Titles, row: int, options: _Options) -> Iterator[int]:
    """The title's stems without colours and sizes; what follows "size" is one, a number elsewhere names the thing."""
    stems: Sequence[int] = titles.stems[titles.starts[row] : titles.starts[row + 1]].tolist()
    while stems and stems[-1] in options.last:
        stems = stems[:-1]
    for place, number in enumerate(stems):
        if number not in options.anywhere and not (place and stems[place - 1] == options.size):
            yield number
