"""Ranks: "the cheapest", "lighter than the other", "rated best": true only where the evidence compares and agrees (pure).

Above: `claims`. Below: `concepts`, `evidence`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from assistant.answering.concepts import Statement, read, statements
from assistant.answering.evidence import Support, Thing
from assistant.answering.naming import Mention

_CLAUSE: Final = re.compile(r"[,;]\s|\s(?:and|y|et|und)\s(?:the|el|la|le|das|die|der)\s")
_THAN: Final = re.compile(r"\b(?:than|que|als)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Rank:
    what: str
    low: bool
    start: int


def untrue_ranks(text: str, found: Sequence[Mention], support: Support, language: str) -> Iterator[str]:
    carried: tuple[Mention, ...] = ()
    products = [mention for mention in found if mention.kind == "product"]
    for one in statements(text, language):
        end = one.start + len(one.text)
        here = tuple(mention for mention in products if one.start <= mention.start < end)
        for rank in _ranks(one, language):
            name = f"{rank.what} {'low' if rank.low else 'high'}"
            if (name, one.negated) in support.declared or _plural(one, here):
                continue
            if not _holds(rank, one, here, carried, support):
                yield name
        carried = here or carried


def _ranks(one: Statement, language: str) -> Iterator[_Rank]:
    for concept in read(one.text, language):
        if concept.group == "rank":
            what, direction = concept.name.split()
            yield _Rank(what, direction == "low", one.start + concept.start)


def _plural(one: Statement, here: Sequence[Mention]) -> bool:
    """ "These cost less:" speaks of a list, of no thing."""
    return not here and not re.match(r"\W*(?:it|this|es|c'est|il|elle|esto|este|dies|das|er|sie)\b", one.text, re.I)


def _holds(rank: _Rank, one: Statement, here: Sequence[Mention], carried: Sequence[Mention], support: Support) -> bool:
    subject, other = _sides(rank, one, here, carried)
    if subject is None:
        return False
    everything = support.of_kind("product")
    against = other.things if other else tuple(thing for thing in everything if thing not in subject.things)
    own = [_value(thing, rank.what) for thing in subject.things]
    others = [_value(thing, rank.what) for thing in against]
    if not others or None in own or None in others:
        return False
    first = [value if rank.low else -value for value in own if value is not None]
    second = [value if rank.low else -value for value in others if value is not None]
    true = min(first) < min(second) if other is not None else min(first) <= min(second)
    return true != one.negated


def _sides(
    rank: _Rank, one: Statement, here: Sequence[Mention], carried: Sequence[Mention]
) -> tuple[Mention | None, Mention | None]:
    """Of whom it is said, and in comparison with whom; None for all the others."""
    after = [mention for mention in here if mention.start >= rank.start]
    before = [mention for mention in here if mention.end <= rank.start]
    text = one.text
    if after and _THAN.search(text[rank.start - one.start : after[0].start - one.start]):
        return _last((*carried, *before)), after[0]
    cuts = (one.start + match.end() for match in _CLAUSE.finditer(text) if one.start + match.start() < rank.start)
    cut = max(cuts, default=one.start)
    own_clause = [mention for mention in before if mention.start >= cut]
    if own_clause:
        return own_clause[-1], None
    if after:
        return after[0], None
    return _last((*carried, *before)), None


def _last(mentions: Sequence[Mention]) -> Mention | None:
    return mentions[-1] if mentions else None


def _value(thing: Thing, what: str) -> Decimal | None:
    if what == "price":
        return thing.price
    told = " ; ".join(thing.texts)
    if what == "rating":
        found = re.search(r"★ (\d(?:[.,]\d)?)", told) or re.search(r"\brat(?:ed|ing:?) (\d(?:\.\d)?)", told)
        return Decimal(found.group(1).replace(",", ".")) if found else None
    weighs = re.search(r"\b(?:weight|peso|poids|gewicht): (\d+(?:[.,]\d+)?) (k?)g\b", told, re.I)
    return Decimal(weighs.group(1).replace(",", ".")) * (1000 if weighs.group(2) else 1) if weighs else None
