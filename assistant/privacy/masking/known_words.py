"""Known words: what this turn knows to be its customer's own, so that no log, trace or error carries it.

A turn notes the messages that it answers, and the one door to customers' records notes whom it let through. Only noted here:
nothing is computed until a text is masked. Above: the turn, identity. Below: nothing.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from assistant.shops.records import Customer, Order

MOST_PEOPLE: Final = 8
RUN: Final = 3
"""So many of the customer's words in a row are theirs, and not ours by chance."""
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(slots=True)
class TurnWords:
    texts: list[str] = field(default_factory=list)
    people: list[Customer] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)


_now: ContextVar[TurnWords | None] = ContextVar("words of this turn", default=None)


def note_words(*texts: str) -> None:
    """From here on, in this task and those it starts: these messages, and nobody known yet."""
    _now.set(TurnWords(texts=list(texts)))


def note_person(customer: Customer | None) -> None:
    words = _now.get()
    if words is not None and customer is not None and len(words.people) < MOST_PEOPLE:
        words.people.append(customer)


def note_orders(orders: tuple[Order, ...]) -> None:
    words = _now.get()
    if words is not None:
        words.orders.extend(order.id for order in orders[:50])


def known_words() -> TurnWords | None:
    return _now.get()


def fields_of(customer: Customer) -> tuple[str, ...]:
    """What would name them: each by itself, the longest first."""
    address, name = customer.address, f"{customer.first_name} {customer.last_name}".strip()
    names = (name, customer.last_name, customer.first_name)
    ways = (customer.email, customer.phone, address.address1, address.address2, address.zip)
    parts = (*names, *ways, customer.id, *customer.order_ids)
    return tuple(sorted({part for part in parts if len(part.strip()) > 2}, key=len, reverse=True))


def exactly(parts: tuple[str, ...]) -> re.Pattern[str] | None:
    """Those words, whole, whatever their case."""
    said = "|".join(re.escape(part) for part in dict.fromkeys(parts))
    return re.compile(rf"(?<!\w)(?:{said})(?!\w)", re.I) if said else None


def runs_of(text: str) -> frozenset[tuple[str, ...]]:
    """The customer's words by threes; by twos where both are names; alone where they hold figures."""
    words = _WORD.findall(text)
    low = [word.casefold() for word in words]
    runs: set[tuple[str, ...]] = {tuple(low[at : at + RUN]) for at in range(len(low) - RUN + 1)}
    runs |= {
        (low[at], low[at + 1]) for at in range(len(low) - 1) if words[at][:1].isupper() and words[at + 1][:1].isupper()
    }
    return frozenset(runs | {(word,) for word in low if len(word) > 3 and any(sign.isdigit() for sign in word)})


def stretches(text: str, runs: frozenset[tuple[str, ...]]) -> list[tuple[int, int]]:
    """Where the text holds one of these runs of words."""
    found = list(_WORD.finditer(text))
    low = [word[0].casefold() for word in found]
    spans = []
    for at in range(len(found)):
        for length in (RUN, 2, 1):
            if tuple(low[at : at + length]) in runs and at + length <= len(found):
                spans.append((found[at].start(), found[at + length - 1].end()))
                break
    return spans
