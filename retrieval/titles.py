"""Titles as runs of numbered stems: whether a query's words stand there side by side, or only tell what the thing is for.

Of the candidates alone, all at once: a phrase in a title says more than its words do apart, and "case for iphone" is no
iphone. Above lies `segment`; below, `words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from retrieval.words import STOP_WORDS, stem, words

FOR = -1
"""Stands for a word after which a title names what the thing goes with."""
_FOR_WORDS = frozenset({"for", "fits"})
_REACH = 4
"""Words after "for" that still belong to what it names."""
_HEAD_ENDS = frozenset(
    {"for", "with", "without", "in", "from", "of", "to", "by", "on", "under", "that", "size", "sizes"}
)

Shares = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """What of a query the titles are read for."""

    pairs: Sequence[tuple[str, str, str]] = ()
    """Stems that stand side by side in the query, and that of the two written together."""
    head: str = ""
    """The stem of the word that names the thing: the last one before "for" or "with"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    starts: NDArray[np.int64]
    """Row r's stems are stems[starts[r]:starts[r + 1]]."""
    stems: NDArray[np.int32]
    """Numbers of stems as in the words' postings, or FOR."""

    def phrased(self, rows: NDArray[np.int64], phrasing: Phrasing, numbers: Mapping[str, int]) -> tuple[Shares, Shares]:
        """By row: the share of the pairs that stand in the title, and 1 where the head stands only after "for"."""
        within, places = self._places(rows)
        stems = self.stems[places]
        return (
            _side_by_side(stems, within, len(rows), phrasing, numbers),
            _only_after_for(stems, within, len(rows), numbers.get(phrasing.head)),
        )

    def _places(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each stem of those rows' titles, which of the rows it belongs to and where it lies."""
        first, lengths = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        within = np.repeat(np.arange(len(rows)), lengths)
        before = np.cumsum(lengths) - lengths
        return within, np.arange(len(within)) + np.repeat(first - before, lengths)


def _side_by_side(
    stems: NDArray[np.int32], within: NDArray[np.int64], rows: int, phrasing: Phrasing, numbers: Mapping[str, int]
) -> Shares:
    held = np.zeros(rows, dtype=np.float32)
    same_title = within[1:] == within[:-1]
    for left, right, together in phrasing.pairs:
        found = np.zeros(rows, dtype=np.bool_)
        if left in numbers and right in numbers:
            found[within[:-1][(stems[:-1] == numbers[left]) & (stems[1:] == numbers[right]) & same_title]] = True
        if (joined := numbers.get(together)) is not None:
            found[within[stems == joined]] = True
        held += found
    return held / np.float32(max(len(phrasing.pairs), 1))


def _only_after_for(stems: NDArray[np.int32], within: NDArray[np.int64], rows: int, head: int | None) -> Shares:
    after, plainly = np.zeros(rows, dtype=np.bool_), np.zeros(rows, dtype=np.bool_)
    if head is not None:
        here = stems == head
        told = np.zeros(len(stems), dtype=np.bool_)
        for step in range(1, _REACH + 1):
            told[step:] |= (stems[:-step] == FOR) & (within[step:] == within[:-step])
        after[within[here & told]] = True
        plainly[within[here & ~told]] = True
    return (after & ~plainly).astype(np.float32)


def titles_of(titles: Iterable[str], numbers: Mapping[str, int]) -> Titles:
    """`numbers` knows every stem of every title."""
    runs = [list(_run(title, numbers)) for title in titles]
    return Titles(
        starts=np.cumsum([0, *map(len, runs)], dtype=np.int64),
        stems=np.fromiter((number for run in runs for number in run), dtype=np.int32),
    )


def _run(title: str, numbers: Mapping[str, int]) -> Iterable[int]:
    for word in words(title):
        if word in _FOR_WORDS:
            yield FOR
        elif word not in STOP_WORDS and (number := numbers.get(stem(word))) is not None:
            yield number


def phrasing_of(text: str, thing: str = "") -> Phrasing:
    """Of a query's words, and those of them that name a kind of product; a pair does not reach across a stop word."""
    found = words(text)
    pairs = [
        (stem(left), stem(right), stem(left + right))
        for left, right in pairwise(found)
        if left not in STOP_WORDS and right not in STOP_WORDS
    ]
    end = next((place for place, word in enumerate(found) if place and word in _HEAD_ENDS), len(found))
    head = next(
        (stem(word) for word in reversed(words(thing) or found[:end]) if word not in STOP_WORDS and not word.isdigit()),
        "",
    )
    return Phrasing(pairs=tuple(dict.fromkeys(pairs)), head=head)
