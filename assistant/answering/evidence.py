"""Evidence: what a reply may speak from, thing by thing, and which of the things a text names (pure).

A thing is a product, an order, a store, a policy or the cart, with all that cards and citations say of it. Above:
`grounding`, `claims`. Below: `figures`, `concepts`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Final

from rapidfuzz.distance import OSA

from assistant.answering.concepts import Concept, Statement, read, statements
from assistant.answering.concepts import language_of as text_language
from assistant.answering.figures import Figure, figures, readings
from assistant.answering.formats import ENGLISH, money
from assistant.answering.formats import language_of as language_of_locale
from assistant.events import Card, Citation

Key = tuple[str, Decimal | str]
_WORD: Final = re.compile(r"[^\W_]+")
_PART: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
_QUOTED: Final = re.compile(r"[“„«\"] ?([^“”„«»\"]{12,}?) ?[”“»\"]")
_BRACKETED: Final = re.compile(r"‘([^‘’]{12,})’")
_NAMED_SHORT: Final = 5
"""Letters from which one wrong letter in a name is forgiven; figures and short words must be exact."""
_SUFFIX: Final = frozenset("pro max lite gt x s ii iii iv v mini plus ultra se sport air go one two xl".split())
_CLOSE: Final = Decimal("0.02")
"""How far "about" may round: 89.95 may be "about 90", not "about 100"."""
_LIKE: Final = {"in": ("mm", Decimal("25.4")), "lb": ("g", Decimal("453.6")), "oz": ("g", Decimal("28.35"))}


@dataclass(frozen=True, slots=True)
class Thing:
    """One product, order, store, policy or cart."""

    kind: str
    id: str
    title: str
    texts: tuple[str, ...]
    price: Decimal | None = None
    state: str = ""
    """A card's availability: "in stock", of an order "shipped"."""
    words: tuple[str, ...] = ()
    known: frozenset[Key] = frozenset()
    quantities: frozenset[Decimal] = frozenset()

    def supports(self, figure: Figure) -> bool:
        return any(self._has(figure, value) for value in figure.values)

    def _has(self, figure: Figure, value: Decimal | str) -> bool:
        kinds = _KINDS.get(figure.kind, (figure.kind,))
        if figure.kind == "times" and self.quantities:
            return value in self.quantities
        if figure.kind == "measure" and self.kind != "said":
            return self._measured(figure, value)
        if any((kind, value) in self.known for kind in kinds):
            return True
        if self.kind == "said" and any(("number", raw) in self.known for raw in _raw(figure)):
            return True  # "256 gigs" may be said back as "256 GB"
        return bool(figure.bound) and any(
            _within(figure, value, other) for kind, other in self.known if kind in kinds
        )

    def _measured(self, figure: Figure, value: Decimal | str) -> bool:
        unit = f"measure {figure.unit}"
        if (unit, value) in self.known:
            return True
        assert isinstance(value, Decimal)
        if figure.bound and any(_within(figure, value, other) for kind, other in self.known if kind == unit):
            return True
        alike = _LIKE.get(figure.unit)
        return alike is not None and any(
            isinstance(other, Decimal) and abs(other - value * alike[1]) <= _CLOSE * other
            for kind, other in self.known
            if kind == f"measure {alike[0]}"
        )


def _raw(figure: Figure) -> tuple[Decimal, ...]:
    """The number as it is written, without its unit."""
    found = re.search(r"\d+(?:[.,]\d+)*", figure.text)
    return readings(found.group()) if found else ()


_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "number": ("number",), "times": ("number",), "stock": ("stock",), "rating": ("rating",), "money": ("money",),
}  # fmt: skip


def _within(figure: Figure, value: Decimal | str, other: Decimal | str) -> bool:
    if not isinstance(value, Decimal) or not isinstance(other, Decimal):
        return False
    match figure.bound:
        case "about":
            return abs(value - other) <= _CLOSE * other
        case "below":
            return value / 2 <= other < value
        case "above":
            return value < other <= value * 2
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a rule that states one thing, with what its sentence and the one before are about."""

    said: Statement
    figures: tuple[Figure, ...]
    about: frozenset[str]
    """Concepts of its own and of the sentence before, which "it" and "after that" point to."""


@dataclass(frozen=True, kw_only=True)
class Support:
    """All that a reply may state."""

    things: tuple[Thing, ...] = ()
    text: str = ""
    said: Thing | None = None
    """The customer's own words."""
    cards: int = 0
    titles: tuple[str, ...] = ()
    names: Collection[str] = frozenset()
    """Names that the shop knows, lower case: brands, cities. Said only where the evidence has them."""
    stated: str = ""
    """The template's own sentences: what flows declare (a rank, a state) without evidence of its own."""
    language: str = ENGLISH
    """Of the reply."""
    quotes: tuple[str, ...] = ()

    def read(self, text: str) -> Iterator[Concept]:
        """The concepts of a piece of evidence: in the reply's language, or in English."""
        yield from read(text, ENGLISH)
        if self.language != ENGLISH:
            yield from read(text, self.language)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        said = " ".join(self.said.texts) if self.said else ""
        return frozenset(_WORD.findall(f"{self.text} {said}".lower()))

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(passage for quote in self.quotes for passage in _passages(quote, self.language))

    @cached_property
    def declared(self) -> frozenset[tuple[str, bool]]:
        """Concepts of the template's sentences and of the quotes, each with whether it is denied."""
        told = statements(self.stated, text_language(self.stated, self.language)) if self.stated else ()
        return frozenset((concept.name, one.denies(concept)) for one in told for concept in one.concepts)

    def of_kind(self, *kinds: str) -> tuple[Thing, ...]:
        return tuple(thing for thing in self.things if thing.kind in kinds)


def support_of(
    cards: Sequence[Card],
    citations: Sequence[Citation],
    said: Iterable[str] = (),
    *,
    locale: str = ENGLISH,
    names: Collection[str] = frozenset(),
    stated: str = "",
) -> Support:
    """said: the customer's own words of this conversation; a figure of theirs may be repeated ("under $200").

    locale: of the reply and of what cards and citations say in the shop's words; what a shop wrote may be in English.
    """
    language = language_of_locale(locale) or ENGLISH
    things = (*_things(cards, citations, locale, language), *_items(citations))
    parts = [text for thing in things for text in (thing.title, thing.id, *thing.texts)]
    own = tuple(said)
    spoken = Thing("said", "", "", own, known=_known(own, language, spoken=True)) if own else None
    return Support(
        things=things,
        text=" \n ".join(parts),
        said=spoken,
        cards=len(cards),
        titles=(*(card.title for card in cards), *(citation.title for citation in citations)),
        names=names,
        stated=stated,
        language=language,
        quotes=tuple(citation.quote for citation in citations),
    )


def _things(cards: Sequence[Card], citations: Sequence[Citation], locale: str, language: str) -> Iterator[Thing]:
    keys = dict.fromkeys([(card.kind, card.id) for card in cards] + [(quote.kind, quote.id) for quote in citations])
    titles = {(one.kind, one.id): one.title for one in (*citations, *cards)}
    holders = [quote for quote in citations if quote.kind in ("order", "profile")]
    for kind, key in keys:
        shown = [card for card in cards if (card.kind, card.id) == (kind, key)]
        texts = [text for card in shown for text in (card.subtitle, card.availability, *_amounts(card, locale)) if text]
        texts += [quote.quote for quote in citations if (quote.kind, quote.id) == (kind, key)]
        title = titles[kind, key]
        held = [part for quote in holders if kind == "product" for part in quote.quote.split("; ") if title in part]
        amounts = [card.price.amount for card in shown if card.price is not None]
        yield Thing(
            kind, key, title, tuple(texts),
            price=amounts[0] if amounts else None,
            state=next((card.availability for card in shown), ""),
            words=tuple(_WORD.findall(title.lower())),
            known=_known([title, key, *texts, *held], language) | {("money", amount) for amount in amounts},
            quantities=frozenset(_quantities(held)),
        )  # fmt: skip


def _items(citations: Sequence[Citation]) -> Iterator[Thing]:
    """What is in an order, by its title only: so that another product's name is not taken for it."""
    for quote in citations:
        if quote.kind == "order":
            for part in quote.quote.split("; "):
                words = tuple(_WORD.findall(part.lower()))
                if len(words) > 2 and ":" not in part and part[:1].isupper():
                    yield Thing("item", quote.id, part, (), words=words)


def _amounts(card: Card, locale: str) -> list[str]:
    return [money(card.price, locale)] if card.price is not None else []


def _quantities(parts: Iterable[str]) -> Iterator[Decimal]:
    for part in parts:
        if found := re.match(r"(\d+) [×x] ", part):
            yield Decimal(found.group(1))


def _known(texts: Iterable[str], language: str, *, spoken: bool = False) -> frozenset[Key]:
    found: set[Key] = set()
    for text in texts:
        spelled = text_language(text, language) if spoken else language
        for figure in (*figures(text, spelled), *(figures(text, ENGLISH) if spelled != ENGLISH else ())):
            kind = f"measure {figure.unit}" if figure.kind == "measure" else figure.kind
            if "of" not in figure.values:  # "out of 5" is no rating
                found.update((kind, value) for value in figure.values)
            if spoken:  # "under 200" may be said back as "$200"
                found.update(("money", value) for value in figure.values)
        for number in re.findall(r"\d+(?:[.,]\d+)*", text):
            found.update(("number", value) for value in readings(number))
        found.update(("number", Decimal(number)) for number in re.findall(r"\d+", text))
        found.update(("code", re.sub(r"[^a-z0-9]", "", word)) for word in re.findall(r"[\w#-]*\d[\w-]*", text.lower()))
    return frozenset(found)


def _passages(quote: str, language: str) -> Iterator[Passage]:
    language = text_language(quote) if language == ENGLISH else text_language(quote, language)
    before: frozenset[str] = frozenset()
    for sentence in _PART.split(quote):
        told = statements(sentence, language)
        here = frozenset(concept.name for one in told for concept in one.concepts)
        points = re.match(r"(?:it|they|these|this|that|what|after|you|we)\b", sentence.strip(), re.I)
        goes_on = points or not any(one.named("claim") for one in told)
        for one in (part for statement in told for part in _each_amount(statement, language)):
            about = frozenset(concept.name for concept in one.concepts)
            yield Passage(one, figures(one.text, language), about | (before if goes_on else frozenset()))
        before = here or before


def _each_amount(statement: Statement, language: str) -> tuple[Statement, ...]:
    """ "A tune-up costs $89 and a ski tune $49" says two things."""
    halves = re.split(r"\s+and\s+", statement.text)
    if len(halves) == 2 and all(re.search(r"[$€£%]|\d+ days", half) for half in halves):
        return tuple(part for half in halves for part in statements(half, language))
    return (statement,)


def without_quotes(text: str, support: Support) -> str:
    """What the evidence says word for word proves itself: blanked, so that places stay."""
    for pattern in (_QUOTED, _BRACKETED):
        for match in pattern.finditer(text):
            if match.group(1) in support.text:
                text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
    return text


def without_titles(text: str, support: Support) -> str:
    """What a title says is its name, and no claim: "2500 mm Waterproof"."""
    for title in sorted(support.titles, key=len, reverse=True):
        text = text.replace(title, " " * len(title))
    return text


def language_said(text: str, support: Support) -> str:
    """The reply's language, by its own words: titles are the shop's."""
    return text_language(without_titles(text, support), support.language)


# -- which things a text names -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mention:
    start: int
    end: int
    things: tuple[Thing, ...]
    """Several where the words fit more than one."""
    kind: str
    wrong: str = ""
    """The words, where they name something else of the same make: another model, another size of it."""


def mentions(text: str, support: Support, language: str) -> tuple[Mention, ...]:
    tokens = list(_WORD.finditer(text))
    lowered = [token.group().lower() for token in tokens]
    named = [thing for thing in support.things if thing.kind in ("product", "store", "order", "item")]
    shared = _shared_head([thing for thing in named if thing.kind == "store"])
    found: list[Mention] = []
    place = 0
    while place < len(tokens):
        best = _best(named, tokens, lowered, place, shared)
        if best is None:
            place += 1
            continue
        length, things = best
        found.append(_mention(text, tokens, lowered, place, length, things, support, language))
        place += length
    return tuple(found)


def _best(
    named: Sequence[Thing], tokens: Sequence[re.Match[str]], lowered: Sequence[str], place: int, shared: int
) -> tuple[int, tuple[Thing, ...]] | None:
    lengths = [(_matched(thing, tokens, lowered, place, shared), thing) for thing in named]
    longest = max((length for length, _ in lengths), default=0)
    return (longest, tuple(thing for length, thing in lengths if length == longest)) if longest else None


def _matched(thing: Thing, tokens: Sequence[re.Match[str]], lowered: Sequence[str], place: int, shared: int) -> int:
    """How many words from here on are this thing's name; 0 for none."""
    words = thing.words
    if thing.kind == "order":
        return int(bool(words) and lowered[place] == words[-1])
    starts = (0, shared) if thing.kind == "store" else (0, 1)
    for start in dict.fromkeys(start for start in starts if start < len(words)):
        count = 0
        while (
            place + count < len(lowered)
            and start + count < len(words)
            and _same(lowered[place + count], words[start + count])
        ):
            count += 1
        if thing.kind == "store":
            enough = start + count == len(words)
        else:
            enough = count >= 2 or (count == 1 and tokens[place].group()[0].isupper() and not words[start].isdigit())
        if enough and count:
            return count
    return 0


def _shared_head(stores: Sequence[Thing]) -> int:
    """The words that all stores' names begin with: "Fjord & Field". Of a single store, all but the last."""
    if len(stores) < 2:
        return max(0, len(stores[0].words) - 1) if stores else 0
    count = 0
    for words in zip(*(store.words for store in stores), strict=False):
        if len(set(words)) > 1:
            break
        count += 1
    return count


def _same(said: str, word: str) -> bool:
    if said == word:
        return True
    fuzzy = len(word) >= _NAMED_SHORT and said.isalpha() and word.isalpha() and said[0] == word[0]
    return fuzzy and OSA.distance(said, word, score_cutoff=1) <= 1


def _mention(
    text: str,
    tokens: Sequence[re.Match[str]],
    lowered: Sequence[str],
    place: int,
    length: int,
    things: tuple[Thing, ...],
    support: Support,
    language: str,
) -> Mention:
    start, end = tokens[place].start(), tokens[place + length - 1].end()
    wrong = ""
    kind = things[0].kind
    if kind in ("product", "item") and place + length < len(tokens):
        following = tokens[place + length]
        beside = text[end : following.start()] == " "
        word = lowered[place + length]
        figure_after = text[following.end() : following.end() + 1] in ".,%$€°"
        strange = not any(word in thing.words for thing in things)
        if beside and strange and _goes_on(
            following.group(), word, length, things, lowered[place], support, language, figure_after=figure_after
        ):
            wrong = text[start : following.end()]
    while place + length < len(tokens) and kind == "product":
        gap = text[end : tokens[place + length].start()]
        if not re.fullmatch(r"[ ,()-]{1,3}", gap) or not any(lowered[place + length] in t.words for t in things):
            break
        if lowered[place + length].isdigit() and not re.match(r"[- ][^\W\d]", text[tokens[place + length].end() :]):
            break
        end = tokens[place + length].end()
        length += 1
    return Mention(start, end, things, kind, wrong)


def _goes_on(
    written: str,
    word: str,
    length: int,
    things: Sequence[Thing],
    first: str,
    support: Support,
    language: str,
    *,
    figure_after: bool,
) -> bool:
    """Whether the word behind a name makes it another name: "Pixa Pro" for "Pixa Max", "Skarvik Gaupe" for "Skarvik Hollin"."""
    if word in _SUFFIX and (written[0].isupper() or written.isupper()):
        return True
    numbered = any(re.match(rf"(?:\W*\w+){{{length}}} \d+(?= )", thing.title) for thing in things)
    if word.isdigit() and len(word) < 3 and numbered and not figure_after:
        return True
    if length > 1 or not written[0].isupper() or word in support.vocabulary or any(t.words[0] != first for t in things):
        return False
    return language != "de" or word in support.names
