"""Grounding: every figure and every name in a reply must stand in its cards or citations (pure).

A reply is checked before it is final; what fails is replaced by the template's words, which are checked, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.answering.formats import ENGLISH, money, read_figures
from assistant.events import Card, Citation

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.S)
_LINK = re.compile(r"https?://|www\.|[\w.+-]+@[\w-]+\.\w", re.I)
_MONTH = r"January|February|March|April|May|June|July|August|September|October|November|December"
_DATE_WORD = re.compile(
    rf"\b(?:{_MONTH}|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|today|tomorrow|yesterday)\b"
)
_STATE = re.compile(
    r"\b(?:in stock|sold out|shipped|delivered|cancelled|refunded|free|discount|guarantee\w*|waterproof)\b", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """All that a reply may state."""

    text: str
    figures: frozenset[Decimal]
    titles: tuple[str, ...] = field(default=())
    locale: str = ENGLISH
    """In whose forms the reply and its evidence write amounts."""


def support_of(
    cards: Sequence[Card], citations: Sequence[Citation], said: Iterable[str] = (), *, locale: str = ENGLISH
) -> Support:
    """said: the customer's own words of this turn; a figure of theirs may be repeated ("under $200")."""
    parts: list[str] = []
    for card in cards:
        parts += [card.title, card.subtitle, card.availability, card.id]
        parts += [money(card.price, locale)] if card.price else []
    for citation in citations:
        parts += [citation.title, citation.quote, citation.id]
    titles = (*(card.title for card in cards), *(citation.title for citation in citations))
    theirs = "\n".join(said)
    counts = {Decimal(n) for n in range(1, len(cards) + 1)}
    figures = {*counts, *_figures("\n".join(parts), locale), *_figures(theirs, locale), *_figures(theirs, ENGLISH)}
    return Support(text=" \n ".join(parts), figures=frozenset(figures), titles=titles, locale=locale)


def _figures(text: str, locale: str) -> list[Decimal]:
    return [figure.value for figure in read_figures(text, locale)]


def unsupported(text: str, support: Support) -> tuple[str, ...]:
    """The figures and names of `text` that nothing supports; empty when it is grounded."""
    wrong = [f"{figure:f}" for figure in _figures(text, support.locale) if figure not in support.figures]
    wrong += [name for name in _BOLD.findall(text) if not _known(name, support)]
    return tuple(wrong)


def _known(name: str, support: Support) -> bool:
    """A bold name is a card's or citation's title, with the variant's options behind it at most."""
    return (
        name in support.text
        or any(name.startswith(title) for title in support.titles)
        or not re.search(r"[A-Z]", name[1:])
    )


def invented(text: str, draft: str, support: Support) -> tuple[str, ...]:
    """What a model added to the draft it was to reword: figures, names, links, days, states of stock or order."""
    added = list(unsupported(text, support))
    added += [match.group(0) for match in _LINK.finditer(text)]
    lowered = draft.lower()
    for pattern in (_DATE_WORD, _STATE):
        added += [match.group(0) for match in pattern.finditer(text) if match.group(0).lower() not in lowered]
    return tuple(added)


def unnamed(text: str, cards: Sequence[Card]) -> tuple[str, ...]:
    """Titles of cards that the text does not name."""
    lowered = text.lower()
    return tuple(card.title for card in cards if card.title.lower() not in lowered)
