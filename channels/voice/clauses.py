"""Clauses: a reply as it is written -> the pieces in which it is spoken, each with its place in the text that is shown (pure).

The first comes early, so that the voice can begin while the rest is written; later ones are sentences. What was heard is told
by the places: a prefix of the shown text. Above: the voice session, `spoken`. Below: `breaks`, `aloud`, `listings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from channels.voice.aloud import aloud
from channels.voice.breaks import Break, breaks, joints
from channels.voice.listings import Listing, listing_at

FIRST_WORDS = 3
"""Words before the comma at which the voice begins."""
FIRST_SENTENCE = 2
"""Words of a first sentence that stands alone: "Hi there!" is one, "Hi!" goes with what follows."""
LONGEST = 220
"""Characters of a piece: a sentence beyond that is divided at its commas."""
UNBROKEN = 13
"""Words without a sign from which the first piece is taken at a joint."""
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """spoken: how it is said; "" where there is nothing to say (a link, white space), which counts as heard with what is
    before it. start, end: its place in the shown text, `text[start:end]`; each begins where the one before ended."""

    spoken: str
    start: int
    end: int
    listing: bool = False
    """The items of a list that are not read, in one."""


class Clauses:
    """Of one reply. Feed it with `append`, `take_back`, or `put` (a Delta's offset and text), and `finish`; each gives the
    clauses that are decided now. Their spans follow each other from 0 to the end of the text, once `finish` has been called.
    """

    def __init__(self, *, language: str = "en", screen: bool = True) -> None:
        self.language, self.screen = language, screen
        self._text = ""
        self._given: list[Clause] = []
        self._finished = False

    @property
    def text(self) -> str:
        """What is shown so far."""
        return self._text

    def append(self, text: str) -> tuple[Clause, ...]:
        self._text += text
        return self._decided()

    def take_back(self, length: int) -> tuple[Clause, ...]:
        """Forgets what was shown after `length` characters. The clauses that hold no longer, to be dropped where they have
        not been played; what follows begins again at the first of them."""
        self._text = self._text[:length]
        withdrawn = [clause for clause in self._given if clause.end > length]
        self._given = [clause for clause in self._given if clause.end <= length]
        return tuple(withdrawn)

    def put(self, offset: int, text: str) -> tuple[tuple[Clause, ...], tuple[Clause, ...]]:
        """A Delta: (withdrawn, new). A gap (words that were missed) is left for `finish` to fill."""
        if offset > len(self._text):
            return (), ()
        withdrawn = self.take_back(offset) if offset < len(self._text) else ()
        return withdrawn, self.append(text)

    def finish(self, text: str | None = None, *, then: str = "") -> tuple[tuple[Clause, ...], tuple[Clause, ...]]:
        """The reply is whole; `text`: as it is committed, where that may differ from what was streamed; then: said after it,
        and shown nowhere. (withdrawn, new)."""
        withdrawn: tuple[Clause, ...] = ()
        if text is not None and text != self._text:
            withdrawn = self.take_back(_common(self._text, text))
            self._text = text
        first, self._finished = not self._finished, True
        new = self._decided()
        if then and first:
            end = len(self._text)
            self._given.append(Clause(spoken=then, start=end, end=end))
            new = (*new, self._given[-1])
        return withdrawn, new

    def _decided(self) -> tuple[Clause, ...]:
        new = []
        while (clause := self._next()) is not None:
            self._given.append(clause)
            new.append(clause)
        return tuple(new)

    def _next(self) -> Clause | None:
        start = self._given[-1].end if self._given else 0
        if start >= len(self._text):
            return None
        listing = listing_at(self._text, start, finished=self._finished)
        if listing is not None:
            return self._held_back(listing, start)
        end = self._end(start)
        if end is None:
            return None
        spoken = aloud(self._text[start:end], self.language, before=self._text[:start])
        return Clause(spoken=spoken, start=start, end=end)

    def _held_back(self, listing: Listing, start: int) -> Clause | None:
        """The items that are too many for the ear, in one piece."""
        if listing.end is None:
            return None
        spoken = listing.told(self.language, screen=self.screen)
        return Clause(spoken=spoken, start=start, end=listing.end, listing=True)

    def _end(self, start: int) -> int | None:
        """Where the piece that begins there ends; None while that is open."""
        begin = _SPACE.match(self._text, start).end()  # type: ignore[union-attr]
        newline = self._text.find("\n", begin)
        ended = newline >= 0 or self._finished
        line = self._text[begin : newline if newline >= 0 else len(self._text)]
        at = self._break(line, first=not any(clause.spoken for clause in self._given), ended=ended)
        if at is None:
            return None if not ended else _SPACE.match(self._text, begin + len(line)).end()  # type: ignore[union-attr]
        return _SPACE.match(self._text, begin + at).end()  # type: ignore[union-attr]

    def _break(self, line: str, *, first: bool, ended: bool) -> int | None:
        """Within the line; None: at its end, or not yet."""
        places = list(breaks(line, self.language, ended=ended))
        wanted = next((place for place in places if _good(place, first)), None)
        if first and (early := _early(line, wanted, self.language)):
            return early
        limit = wanted.at if wanted else len(line)
        if limit > LONGEST:
            commas = [place.at for place in places if place.at <= LONGEST and place.words >= FIRST_WORDS]
            return commas[-1] if commas else wanted.at if wanted else None
        return wanted.at if wanted else None


def _good(place: Break, first: bool) -> bool:
    if place.kind == "sentence":
        return place.words >= (FIRST_SENTENCE if first else 1)
    return first and place.words >= FIRST_WORDS


def _early(line: str, wanted: Break | None, language: str) -> int | None:
    """For a long beginning without a sign."""
    words = wanted.words if wanted else len(line.split())
    if words < UNBROKEN:
        return None
    return next((place.at for place in joints(line[: wanted.at] if wanted else line, language)), None)


def _common(one: str, other: str) -> int:
    """Characters that both begin with."""
    pairs: Iterator[tuple[str, str]] = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
