"""A request of another language as words that the English readers know, and the shop's own words for what is asked for.

Conditions ("por menos de 50 euros") become English, things and qualities the shop's language, in the order that English has:
"funda de cuero para portátil" is read as "leather case for laptop". What no table knows stays as it was said and is told in
`unknown`, so that the search can ask the multilingual encoder about it. Pure.

Above lie `constraints` and `retriever`; below, `glossary`, `spoken_conditions` and `tokens`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.glossary import Glossary, glossary_of, no_glossary, parted, respelt
from retrieval.phrasebook import FIELDS
from retrieval.spoken_conditions import LONGEST, Conditions, conditions_of, languages
from retrieval.tokens import Token, tokens_of
from retrieval.units import unit_of
from retrieval.vocabulary import Vocabulary
from retrieval.words import words

UnitKind = Literal["thing", "quality", "name", "cue", "link", "figure", "silent"]
_HEAD_FIRST = frozenset({"es", "fr", "it", "pt"})
"""Languages that put what describes a thing after it."""
_SELDOM = 0.1
"""Share of the commonest way's products below which the shop hardly says it so."""
_SIZES = frozenset({"S", "M", "L", "XS", "XL", "XXL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A phrase of the request."""

    kind: UnitKind
    said: str
    tokens: tuple[Token, ...]
    """In the words that the readers know."""
    known: bool = True
    ways: tuple[str, ...] = ()
    """All ways to say it in the shop's language; empty for what is no thing, quality or name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    units: tuple[Unit, ...]
    """As they were said."""
    ordered: tuple[Unit, ...]
    """As they are read."""

    @property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(token for unit in self.ordered for token in unit.tokens)

    @property
    def text(self) -> str:
        return " ".join(token.shown for token in self.tokens if not token.pause)

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(unit.said for unit in self.units if not unit.known)

    def said(self, text: str) -> str:
        """The customer's words for what `text` says in the shop's."""
        kept = set(words(text))
        meant = [bool(kept & {token.word for token in unit.tokens}) and unit.kind != "cue" for unit in self.units]
        found = []
        for place, unit in enumerate(self.units):
            joins = unit.kind in ("link", "silent", "cue") and any(meant[:place]) and any(meant[place + 1 : place + 2])
            if meant[place] or joins:
                found.append(unit.said)
        return " ".join(found)


def interprets(language: str) -> bool:
    """Whether requests of that language are read; others are searched by meaning alone."""
    return language != "en" and language in languages()


def interpreted(
    text: str,
    vocabulary: Vocabulary,
    language: str,
    *,
    into: str = "en",
    names: Collection[str] = (),
    tables: bool = True,
) -> Interpreted:
    """`into` is the shop's language; `names` are words that stay as they are, such as those of places.

    Without `tables` all words but the shop's own are unknown, as in a language that has none.
    """
    tokens = tokens_of(parted(text, language))
    glossary = glossary_of(language, into) if tables else no_glossary(language)
    reader = _Interpreter(tokens, vocabulary, glossary, conditions_of(language if tables else ""), names)
    units = tuple(reader.units())
    return Interpreted(units=units, ordered=tuple(_ordered(units, head_first=language in _HEAD_FIRST)))


class _Interpreter:
    def __init__(
        self,
        tokens: Sequence[Token],
        vocabulary: Vocabulary,
        glossary: Glossary,
        conditions: Conditions,
        names: Collection[str],
    ) -> None:
        self._tokens = tokens
        self._vocabulary = vocabulary
        self._glossary = glossary
        self._conditions = conditions
        self._names = names
        self._words = [self._spelt(token.word) for token in tokens]
        self._things = False
        self._before = ""

    def _spelt(self, word: str) -> str:
        plain = respelt(word, self._glossary.language)
        tabled = self._conditions.of([plain]) is not None or bool(self._glossary.entry([plain]))
        return plain if plain != word and tabled and not self._glossary.entry([word]) else word

    def units(self) -> Iterator[Unit]:
        place, figure = 0, False
        while place < len(self._tokens):
            found = self._at(place, figure)
            yield from found[1]
            last = found[1][-1]
            self._things = self._things or last.kind == "thing"
            self._before = last.tokens[0].word if last.kind == "cue" and last.tokens else last.kind
            figure = last.kind == "figure" or (figure and last.kind == "cue" and self._is_unit(last))
            place += found[0]

    def _is_unit(self, unit: Unit) -> bool:
        return all(
            token.word in ("euros", "dollars", "pounds", "stars", "people") or unit_of(token.word)
            for token in unit.tokens
        )

    def _at(self, place: int, after_figure: bool) -> tuple[int, list[Unit]]:
        token = self._tokens[place]
        if self._is_figure(token):
            return 1, [Unit(kind="figure", said=token.shown, tokens=(token,))]
        if after_figure and unit_of(token.word) is not None:
            return 1, [Unit(kind="cue", said=token.shown, tokens=(token,))]
        if token.pause or not token.word[:1].isalnum() or token.shown in _SIZES or token.word in self._names:
            return 1, [Unit(kind="cue", said=token.shown, tokens=(token,))]
        return (
            self._range(place, after_figure)
            or self._phrase(place, after_figure)
            or self._link(place)
            or (1, [self._single(place)])
        )

    def _is_figure(self, token: Token) -> bool:
        return token.number is not None or token.model or token.word in ("€", "$", "£", "¥")

    def _range(self, place: int, after_figure: bool) -> tuple[int, list[Unit]] | None:
        """ "50 a 100", "von 50 bis 100"."""
        word = self._words[place]
        if after_figure and word in self._conditions.up_to and self._figure_at(place + 1):
            return 1, [self._cue(place, 1, "to")]
        if word in self._conditions.links and self._figure_at(place + 1):
            later = self._words[place + 2 : place + 4]
            return 1, [self._cue(place, 1, "from" if self._conditions.up_to & set(later) else "")]
        return None

    def _figure_at(self, place: int) -> bool:
        return place < len(self._tokens) and self._is_figure(self._tokens[place])

    def _phrase(self, place: int, after_figure: bool) -> tuple[int, list[Unit]] | None:
        """The longest phrase of a table; of two as long, the condition."""
        for length in range(min(LONGEST, self._run(place)), 0, -1):
            phrase = self._words[place : place + length]
            if (english := self._conditions.of(phrase, after_figure=after_figure)) is not None:
                return length, [self._cue(place, length, english)]
            if length == 1 and (self._conditions.links & {phrase[0]} or self._is_name(phrase[0])):
                return None
            if self._glossary.entry(phrase):
                return length, [self._told(phrase, self._shown(place, length), self._describes(place + length))]
        return None

    def _describes(self, after: int) -> bool:
        """Whether a phrase stands beside a thing, rather than after "for": after one, or right before one."""
        if self._before in ("for", "with", "link"):
            return False
        ahead = self._words[after : after + 1]
        return self._things or bool(ahead and self._glossary.entry(ahead) in self._glossary.things)

    def _run(self, place: int) -> int:
        """Words up to the next figure or pause."""
        end = place
        while end < len(self._tokens) and not self._tokens[end].pause and not self._is_figure(self._tokens[end]):
            end += 1
        return end - place

    def _is_name(self, word: str) -> bool:
        """A brand stays itself, unless it is a plain word of the language."""
        return self._vocabulary.names_a_brand(word) and word not in self._glossary.ways

    def _link(self, place: int) -> tuple[int, list[Unit]] | None:
        if self._words[place] not in self._conditions.links:
            return None
        return 1, [Unit(kind="link", said=self._tokens[place].shown, tokens=())]

    def _single(self, place: int) -> Unit:
        token, word = self._tokens[place], self._words[place]
        if word in self._glossary.function_words:
            return Unit(kind="silent", said=token.shown, tokens=())
        if parts := () if self._is_name(word) else self._glossary.parts(word, self._vocabulary.knows):
            return self._compound(parts, token)
        known = self._vocabulary.knows(word) or self._is_name(word) or word in FIELDS
        if not known and (meant := self._glossary.meant(word)):
            return self._told([meant], token.shown, self._describes(place + 1))
        return Unit(kind="name", said=token.shown, tokens=(token,), known=known, ways=(word,))

    def _compound(self, parts: Sequence[str], token: Token) -> Unit:
        told = [
            _fitting(self._glossary.told([part], describing=number < len(parts) - 1)[1] or (part,), self._vocabulary)
            for number, part in enumerate(parts)
        ]
        kind = self._glossary.told(parts[-1:], describing=False)[0]
        return Unit(kind=kind, said=token.shown, tokens=_tokens(" ".join(told)), ways=(" ".join(told),))

    def _told(self, phrase: Sequence[str], shown: str, describes: bool) -> Unit:
        kind, ways = self._glossary.told(phrase, describing=describes)
        way = _fitting(ways, self._vocabulary)
        return Unit(kind=kind, said=shown, tokens=_tokens(way), ways=tuple(dict.fromkeys((way, *ways))))

    def _cue(self, place: int, length: int, english: str) -> Unit:
        return Unit(kind="cue" if english else "silent", said=self._shown(place, length), tokens=_tokens(english))

    def _shown(self, place: int, length: int) -> str:
        return " ".join(token.shown for token in self._tokens[place : place + length])


def _tokens(text: str) -> tuple[Token, ...]:
    # "Non-slip" is one quality, and excludes nothing.
    return tuple(Token(word=word, shown=word) for word in words(text.replace("non-slip", "nonslip")))


def _fitting(ways: Sequence[str], vocabulary: Vocabulary) -> str:
    """The way that this shop says it: the name of a category first, else a value, else the words that it uses most."""
    parted_ways = [(way, words(way)) for way in ways]
    for fits in (_names_category, _names_value):
        found = next((way for way, said in parted_ways if fits(said, vocabulary)), None)
        if found is not None:
            return found
    used = {way: min(vocabulary.counts.get(word, 0) for word in said) for way, said in parted_ways if said}
    most = max(used.values(), default=0)
    return next((way for way, count in used.items() if count and count >= _SELDOM * most), ways[0])


def _names_category(said: Sequence[str], vocabulary: Vocabulary) -> bool:
    kind = vocabulary.kind(said)
    return kind is not None and not kind.loose


def _names_value(said: Sequence[str], vocabulary: Vocabulary) -> bool:
    found = vocabulary.meaning(said, 0)
    return found is not None and found[0] == len(said) and found[1].field != "category"


def _ordered(units: Sequence[Unit], *, head_first: bool) -> Iterator[Unit]:
    """What describes a thing before it: qualities first, then what it is for or part of."""
    place = 0
    while place < len(units):
        if units[place].kind != "thing":
            yield units[place]
            place += 1
            continue
        end, qualities, things = _described(units, place + 1, head_first=head_first)
        yield from (*qualities, *things, units[place])
        place = end


def _described(units: Sequence[Unit], start: int, *, head_first: bool) -> tuple[int, list[Unit], list[Unit]]:
    """What follows a thing and describes it, and where that ends."""
    qualities: list[Unit] = []
    things: list[Unit] = []
    place = start
    while place < len(units):
        step = 1 if units[place].kind == "link" and place + 1 < len(units) else 0
        unit = units[place + step]
        describes = unit.kind in ("quality", "name") or (unit.kind == "thing" and head_first)
        # "Rucksack wasserdicht", but "Rucksack schwarze Jacke" speaks of two things.
        if not describes or (not head_first and _before_thing(units, place + step)):
            break
        (things if unit.kind == "thing" else qualities).append(unit)
        place += step + 1
    return place, qualities, things


def _before_thing(units: Sequence[Unit], place: int) -> bool:
    rest = next((unit.kind for unit in units[place + 1 :] if unit.kind != "quality"), "")
    return rest == "thing"
