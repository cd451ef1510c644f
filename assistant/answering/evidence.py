"""Evidence: what a reply may speak from, thing by thing, and which of the things a text names (pure).

A thing is a product, an order, a store, a policy or the cart, with all that cards and citations say of it. Above:
`grounding`, `claims`. Below: `figures`, `concepts`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Final

from assistant.answering.concepts import Concept, Statement, read, statements
from assistant.answering.concepts import language_of as text_language
from assistant.answering.figures import Figure, figures, readings
from assistant.answering.formats import ENGLISH, money
from assistant.answering.formats import language_of as language_of_locale
from assistant.events import Card, Citation

Key = tuple[str, Decimal | str]
WORD: Final = re.compile(r"[^\W_]+")
_PART: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
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
        return bool(figure.bound) and any(_within(figure, value, other) for kind, other in self.known if kind in kinds)

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
        return frozenset(WORD.findall(f"{self.text} {said}".lower()))

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
    keys = dict.fromkeys([*((card.kind, card.id) for card in cards), *((one.kind, one.id) for one in citations)])
    titles: dict[tuple[str, str], str] = {(quote.kind, quote.id): quote.title for quote in citations}
    titles |= {(card.kind, card.id): card.title for card in cards}
    for kind, key in keys:
        shown = [card for card in cards if (card.kind, card.id) == (kind, key)]
        texts = [text for card in shown for text in (card.subtitle, card.availability, *_amounts(card, locale)) if text]
        texts += [quote.quote for quote in citations if (quote.kind, quote.id) == (kind, key)]
        title = titles[kind, key]
        held = [
            part
            for quote in citations
            if kind in ("product", "store") and (quote.kind, quote.id) != (kind, key)
            for part in quote.quote.split("; ")
            if title in part
        ]
        amounts = [card.price.amount for card in shown if card.price is not None]
        yield Thing(
            kind, key, title, tuple(texts),
            price=amounts[0] if amounts else None,
            state=next((card.availability for card in shown), ""),
            words=tuple(WORD.findall(title.lower())),
            known=_known([title, key, *texts, *held], language) | {("money", amount) for amount in amounts},
            quantities=frozenset(_quantities(held)),
        )  # fmt: skip


def _items(citations: Sequence[Citation]) -> Iterator[Thing]:
    """What is in an order, by its title only: so that another product's name is not taken for it."""
    for quote in citations:
        if quote.kind == "order":
            for part in quote.quote.split("; "):
                words = tuple(WORD.findall(part.lower()))
                if len(words) > 2 and ":" not in part and part[:1].isupper():
                    yield Thing("item", quote.id, part, (), words=words)


def _amounts(card: Card, locale: str) -> list[str]:
    return [money(card.price, locale)] if card.price is not None else []


def _quantities(parts: Iterable[str]) -> Iterator[Decimal]:
    for part in parts:
        if found := re.match(r"(\d+) [×x] ", part):
            yield Decimal(found.group(1))


def _known(texts: Iterable[str], language: str, *, spoken: bool = False) -> frozenset[Key]:
    return frozenset().union(*(_known_of(text, language, spoken) for text in texts))


@lru_cache(maxsize=8192)
def _known_of(text: str, language: str, spoken: bool) -> frozenset[Key]:
    """The same cards and words of the customer are evidence turn after turn."""
    found: set[Key] = set()
    spelled = text_language(text, language) if spoken else language
    for figure in (*figures(text, spelled), *(figures(text, ENGLISH) if spelled != ENGLISH else ())):
        kind = f"measure {figure.unit}" if figure.kind == "measure" else figure.kind
        if "of" not in figure.values:  # "out of 5" is no rating
            found.update((kind, value) for value in figure.values)
        if spoken:  # "under 200" may be said back as "$200"
            found.update(("money", value) for value in figure.values)
    found.update(_open_days(text))
    for number in re.findall(r"\d+(?:[.,]\d+)*", text):
        found.update(("number", value) for value in readings(number))
    found.update(("number", Decimal(number)) for number in re.findall(r"\d+", text))
    found.update(("code", re.sub(r"[^a-z0-9]", "", word)) for word in re.findall(r"[\w#-]*\d[\w-]*", text.lower()))
    return frozenset(found)


_OPENS: Final = re.compile(
    r"\b([^\W\d_]{2,10})\.?(?:\s?[–-]\s?([^\W\d_]{2,10})\.?)?,?\s(?=\d{1,2}[:.h]|closed|cerrado|fermé|geschlossen)",
    re.I,
)
_SHORT_DAYS: Final = (
    "mon lun mo", "tue mar di", "wed mié mie mer mi", "thu jue jeu do", "fri vie ven fr", "sat sáb sab sam sa", "sun dom dim so",
)  # fmt: skip


def _open_days(text: str) -> Iterator[Key]:
    """Every weekday of opening hours: "Mon–Thu 10:00–20:00" tells of Tuesday, too."""
    for match in _OPENS.finditer(text):
        first = _day(match.group(1))
        last = _day(match.group(2)) if match.group(2) else first
        if first is not None and last is not None:
            for place in range(first, (last if last >= first else last + 7) + 1):
                yield "weekday", str(place % 7)


def _day(word: str) -> int | None:
    short = word.lower()
    return next(
        (
            n
            for n, names in enumerate(_SHORT_DAYS)
            if any(short == one or (len(one) > 2 and short.startswith(one)) for one in names.split())
        ),
        None,
    )


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
