"""Grounding: every figure, name and claim of a reply must stand in its cards and citations (pure).

A figure is held against the thing that it is said of, not against all that is known: two prices exchanged are two wrong
prices. A reply is checked before it is final; what fails is replaced by the template's words. Above: `turn`, the writer.
Below: `figures`, `evidence`, `claims`. docs/grounding.md has the rules and how well they do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Final

from assistant.answering.claims import rule_holds, unsupported_claims
from assistant.answering.concepts import Statement, statements
from assistant.answering.evidence import Support, Thing, support_of
from assistant.answering.figures import Figure, figures
from assistant.answering.naming import Mention, language_said, mentions, without_quotes, without_titles
from assistant.events import Card
from retrieval.words import word_set

__all__ = ["Support", "invented", "support_of", "ungrounded", "unnamed", "unsupported"]

_BOLD: Final = re.compile(r"\*\*(.+?)\*\*", re.S)
_LINK: Final = re.compile(r"https?://|www\.|[\w.+-]+@[\w-]+\.\w", re.I)
_MONTH: Final = r"January|February|March|April|May|June|July|August|September|October|November|December"
_DATE_WORD: Final = re.compile(rf"\b(?:{_MONTH}|today|tomorrow|yesterday)\b")
_STATE: Final = re.compile(r"\b(?:free|waterproof|guarantee\w*|discount)\b", re.I)
_SENTENCE: Final = re.compile(
    r"(?<=[!?…])\s+|(?<=[^\d\s.]\.)\s+|(?<=\d\.)\s+(?!(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|[a-zà-ý(]))|\n+|;\s"
)
_CAPITAL: Final = re.compile(r"[A-ZÀ-Þ][^\W\d_]+")
_FOR: Final = re.compile(
    r"\s*[*“\"]*\s*(?:(?:pieces?|units?|unidades|exemplaires|pièces|stück)\s+)?(?:(?:×|x|times|veces|fois|mal|left|more)\s+)?"
    r"(?:of|for|at|in|por|de|del|en|pour|du|à|au|chez|für|von|vom|bei|in der filiale|left of)?\s*"
    r"(?:the|our|el|la|los|le|les|l'|das|den|die|der|dem|modelo|modell|modèle)?\s*[*“\"]*\s*", re.I,
)  # fmt: skip
_FOR_LONGEST: Final = 60
_COMPARES: Final = re.compile(
    r"(?:dearer|cheaper|more|less|lighter|heavier|off|más|menos|plus|moins|de plus|de moins|mehr|weniger|teurer|günstiger|billiger|leichter|schwerer)\b",
    re.I,
)
_IN_ALL: Final = re.compile(
    r"\b(?:total\w*|altogether|in all|cart|basket|comes? to|came to|paid|together|both|carrito|suma|juntos|costó|panier|ensemble|coûté|en tout|warenkorb"
    r"|summe|insgesamt|zusammen|gekostet)\b", re.I,
)  # fmt: skip
_OR_MORE: Final = re.compile(
    r"\s{0,3}(?:stars?|estrellas|étoiles|sterne)?\s{0,3}(?:or (?:better|more|higher|above|up)|o (?:más|mejor)|ou (?:plus|mieux)|oder (?:besser|mehr))\b",
    re.I,
)
"""A bound that the customer set, said again: no product's own rating."""
_STRICT: Final = frozenset({"money", "rating", "stock", "times"})


def unsupported(text: str, support: Support) -> tuple[str, ...]:
    """The figures and names of `text` that nothing supports; empty when it is grounded."""
    told = without_quotes(text, support)
    language = language_said(told, support)
    found = mentions(told, support, language)
    return (*_wrong_figures(told, found, support, language), *_wrong_names(told, found, support, language))


def ungrounded(text: str, support: Support) -> tuple[str, ...]:
    """`unsupported`, and what else is claimed without support: states, properties, ranks, rules, promises."""
    told = without_quotes(text, support)
    language = language_said(told, support)
    found = mentions(told, support, language)
    return (
        *_wrong_figures(told, found, support, language),
        *_wrong_names(told, found, support, language),
        *unsupported_claims(without_titles(told, support), found, support, language),
    )


def invented(text: str, draft: str, support: Support) -> tuple[str, ...]:
    """What a model added to the draft it was to reword: figures, names, links, days, states of stock or order."""
    added = list(ungrounded(text, support))
    added += [match.group(0) for match in _LINK.finditer(text)]
    lowered = draft.lower()
    for pattern in (_DATE_WORD, _STATE):
        added += [match.group(0) for match in pattern.finditer(text) if match.group(0).lower() not in lowered]
    return tuple(added)


def unnamed(text: str, cards: Sequence[Card]) -> tuple[str, ...]:
    """Titles of cards that the text does not name."""
    lowered = text.lower()
    return tuple(card.title for card in cards if card.title.lower() not in lowered)


# -- names ---------------------------------------------------------------------------------------------------------------


def _wrong_names(text: str, found: Sequence[Mention], support: Support, language: str) -> Iterator[str]:
    yield from (mention.wrong for mention in found if mention.wrong)
    yield from (name for name in _BOLD.findall(text) if not _known(name, found, support))
    for match in _CAPITAL.finditer(text):
        word = match.group().lower()
        inside = any(mention.start <= match.start() < mention.end for mention in found)
        if word in support.names and word not in support.vocabulary and not inside:
            yield match.group()
    if language != "de":  # where every noun has a capital
        yield from _strange_runs(text, support)


def _known(name: str, found: Sequence[Mention], support: Support) -> bool:
    """A bold name is a card's or citation's title, with the variant's options behind it at most, or plain words."""
    return (
        name in support.text
        or any(name.startswith(title) for title in support.titles)
        or not re.search(r"[A-Z]", name[1:])
        or any(word in support.vocabulary for word in re.findall(r"[^\W\d_]{3,}", name.lower()))
    )


def _strange_runs(text: str, support: Support) -> Iterator[str]:
    """Two names side by side that no evidence has: "Driftlark Gaupe"."""
    for match in re.finditer(r"(?<![.!?:]\s)(?<!^)(?<![\n*“\"])\b([A-Z][a-zà-ÿ]{2,}) ([A-Z][a-zà-ÿ]{2,})\b", text):
        words = {match.group(1).lower(), match.group(2).lower()}
        if words.isdisjoint(support.vocabulary) and not words & _COMMON:
            yield match.group()


_COMMON: Final = word_set(
    "gold silver bronze united states pacific time visa black friday monday tuesday wednesday thursday saturday sunday"
    " anfang ende mitte herr frau ihr ihre ihren ihrem ihrer ihres ihnen sie"
)


# -- figures -------------------------------------------------------------------------------------------------------------


def _wrong_figures(text: str, found: Sequence[Mention], support: Support, language: str) -> Iterator[str]:
    told = figures(text, language)
    carried: tuple[Mention, ...] = ()
    said = statements(text, language) if support.of_kind("policy") else ()
    for start, end in _sentences(text):
        here = tuple(mention for mention in found if start <= mention.start < end)
        carried = () if text[max(0, start - 2) : start] == "\n\n" else carried
        inside = [figure for figure in told if start <= figure.start < end]
        free = [figure for figure in inside if not any(m.start <= figure.start < m.end for m in here)]
        for figure in free:
            owners = _owners(figure, free, here or carried, text, here=bool(here))
            if figure.kind == "stock" and here and all(mention.kind == "store" for mention in here):
                owners = (*owners, *(mention for mention in carried[-1:] if mention.kind == "product"))
            if not _supported(figure, owners, text[start:end], text, said, support, named=bool(here)):
                yield _shown(figure)
        carried = _carried(here, carried)


def _carried(here: tuple[Mention, ...], before: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """What "it" means next; a list of stores goes on about the product before it."""
    if not here:
        return before
    if all(mention.kind == "store" for mention in here):
        return (*here, *(mention for mention in before if mention.kind == "product"))
    return here


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _shown(figure: Figure) -> str:
    value = figure.value
    if not isinstance(value, Decimal) or figure.kind == "measure":
        number = re.search(r"\d[\d.,]*\d|\d", figure.text)
        return number.group() if number else figure.text
    return f"{value.normalize():f}"


def _owners(
    figure: Figure, told: Sequence[Figure], named: Sequence[Mention], text: str, *, here: bool
) -> tuple[Mention, ...]:
    """Of each kind, the thing that the figure is said of."""
    owners = []
    for kind in ("product", "store", "order"):
        of_kind = [mention for mention in named if mention.kind == kind]
        if of_kind and (owner := _owner(figure, told, of_kind, text, here=here)) is not None:
            owners.append(owner)
    return tuple(owners)


def _is_for(between: str) -> bool:
    """Whether a figure is said of what comes after these words. Longer ones say more; and a row of spaces would take its time."""
    return len(between) <= _FOR_LONGEST and "," not in between and _FOR.fullmatch(between) is not None


def _owner(
    figure: Figure, told: Sequence[Figure], named: Sequence[Mention], text: str, *, here: bool
) -> Mention | None:
    if not here:
        return named[-1] if len({mention.things for mention in named}) == 1 else None
    alike = [other for other in told if other.kind == figure.kind]
    if len(named) == len(alike) > 1 and named[-1].end <= alike[0].start:
        return named[alike.index(figure)]
    before = [mention for mention in named if mention.end <= figure.start]
    after = [mention for mention in named if mention.start >= figure.end]
    if after and _is_for(text[figure.end : after[0].start]):
        return after[0]
    if before:
        return before[-1]
    return after[0] if after else None


def _supported(
    figure: Figure,
    owners: Sequence[Mention],
    sentence: str,
    text: str,
    said: Sequence[Statement],
    support: Support,
    *,
    named: bool,
) -> bool:
    if "of" in figure.values:
        return True
    if figure.kind in ("money", "measure") and _COMPARES.match(text[figure.end :].lstrip()) and len(support.things) > 1:
        return figure.value in _gaps(figure, support)
    if figure.kind == "rating" and _OR_MORE.match(text[figure.end :][:40]) and support.said is not None:
        return support.said.supports(figure)
    if figure.kind == "stock" and (at_store := _at_store(figure, owners)) is not None:
        return at_store
    things = [thing for mention in _deciding(figure, owners) for thing in mention.things]
    if any(_has(thing, figure) for thing in things):
        return True
    if _IN_ALL.search(sentence) and figure.kind in ("money", "number", "stock") and _in_all(figure, support):
        return True
    rules = support.of_kind("policy")
    if things and (figure.kind in _STRICT or _measured(figure, things)):
        return not named and _ruled(figure, rules, said, support)
    others = [t for t in support.things if t not in rules and not (things and t.kind in ("product", "store"))]
    if _anywhere(figure, others, support) or (support.said is not None and support.said.supports(figure)):
        return True
    return _ruled(figure, rules, said, support)


def _ruled(figure: Figure, rules: Sequence[Thing], said: Sequence[Statement], support: Support) -> bool:
    if not any(rule.supports(figure) for rule in rules):
        return False
    one = next((each for each in said if each.start <= figure.start < each.start + len(each.text)), None)
    return one is None or rule_holds(figure, one, support)


def _at_store(figure: Figure, owners: Sequence[Mention]) -> bool | None:
    """Where the evidence tells of this product at this store, just that counts; None where it does not."""
    places = [thing.title for owner in owners if owner.kind == "store" for thing in owner.things]
    products = [thing for owner in owners if owner.kind == "product" for thing in owner.things]
    told = [
        part
        for thing in products
        for text in thing.texts
        for part in text.split("; ")
        if any(place in part for place in places)
    ]
    if not told:
        return None
    return any(set(figure.values) & set(other.values) for part in told for other in figures(part))


def _deciding(figure: Figure, owners: Sequence[Mention]) -> Sequence[Mention]:
    """A stock level is a store's where one is named, a price or a rating a product's."""
    if figure.kind == "stock":
        stores = [owner for owner in owners if owner.kind == "store" and any(_counts(t) for t in owner.things)]
        return stores or owners
    products = [owner for owner in owners if owner.kind == "product"]
    return products or owners if figure.kind in ("money", "rating", "times") else owners


def _counts(thing: Thing) -> bool:
    return bool(thing.quantities) or any(kind == "stock" for kind, _ in thing.known)


def _has(thing: Thing, figure: Figure) -> bool:
    if thing.supports(figure):
        return True
    return figure.kind in ("stock", "times") and any(value in thing.quantities for value in figure.values)


def _measured(figure: Figure, things: Sequence[Thing]) -> bool:
    """Whether these things state a measure of that kind, so that it must be theirs."""
    unit = f"measure {figure.unit}"
    return figure.kind == "measure" and any(kind == unit for thing in things for kind, _ in thing.known)


def _anywhere(figure: Figure, things: Sequence[Thing], support: Support) -> bool:
    if any(_has(thing, figure) for thing in things):
        return True
    return figure.kind in ("number", "stock") and any(value in range(1, support.cards + 1) for value in figure.values)


def _gaps(figure: Figure, support: Support) -> set[Decimal]:
    if figure.kind == "money":
        prices = [thing.price for thing in support.of_kind("product") if thing.price is not None]
        quoted = {value for thing in support.things for kind, value in thing.known if kind == "money"}
        return {abs(a - b) for a, b in combinations(prices, 2)} | {v for v in quoted if isinstance(v, Decimal)}
    unit = f"measure {figure.unit}"
    told = [v for thing in support.things for kind, v in thing.known if kind == unit and isinstance(v, Decimal)]
    return {abs(a - b) for a, b in combinations(told, 2)} | set(told)


def _in_all(figure: Figure, support: Support) -> bool:
    if any(_has(thing, figure) for thing in support.of_kind("profile", "order")):
        return True
    prices = [thing.price for thing in support.of_kind("product") if thing.price is not None]
    sums = {
        sum(some, Decimal(0)) for count in range(2, min(len(prices), 4) + 1) for some in combinations(prices, count)
    }
    return figure.kind == "money" and figure.value in sums
