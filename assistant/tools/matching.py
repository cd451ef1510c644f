"""Finding a thing by what is said of it: an order by its products, a variant by its options. Pure.

Words of the shop's language only; meaning is retrieval's work. Above: `service` and flows. Below: the records' words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.shops.records import Order, OrderLine, OrderStatus
from retrieval.catalogue import Product, Variant

_WORD = re.compile(r"[^\W_]+")
_SAYS_NOTHING = frozenset(
    ("a", "an", "and", "for", "in", "it", "my", "of", "on", "one", "order", "that", "the", "this", "with")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMatch:
    order: Order
    lines: tuple[OrderLine, ...]
    """Those that the description fits best; all of them when nothing was described."""
    score: float
    """Share of the description's words that those lines hold: 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantMatch:
    variant: Variant
    wish: int
    """Which of the wishes it fulfils, from 0, the dearest."""
    kept: int
    """How many of the other options are as they were."""


def same_order_id(said: str, order: Order) -> bool:
    """ "w123", "#W123" and "W 123" are one."""
    return _bare(said) == _bare(order.id)


def match_orders(
    orders: Sequence[Order], description: str = "", statuses: Sequence[OrderStatus] = ()
) -> tuple[OrderMatch, ...]:
    """The orders with a line that fits, best first, else in the order given."""
    wanted = words(description)
    found = []
    for order in orders:
        if statuses and order.status not in statuses:
            continue
        scores = [_share(wanted, line) for line in order.lines]
        best = max(scores, default=0.0)
        if best > 0 or not wanted:
            lines = tuple(line for line, score in zip(order.lines, scores, strict=True) if score == best)
            found.append(OrderMatch(order=order, lines=lines, score=best))
    return tuple(sorted(found, key=lambda match: -match.score))


def match_variants(
    product: Product, wishes: Sequence[Mapping[str, str]], *, like: Mapping[str, str] | None = None
) -> tuple[VariantMatch, ...]:
    """Available variants that fulfil a wish whole, by the dearest wish, then by what they keep of `like`, then by price."""
    found = []
    for variant in product.variants:
        if not variant.in_stock() or variant.price is None:
            continue
        wish = next((at for at, wish in enumerate(wishes) if _fulfils(variant, wish)), None)
        if wish is not None:
            others = {name: value for name, value in (like or {}).items() if name not in wishes[wish]}
            kept = sum(variant.options.get(name) == value for name, value in others.items())
            found.append(VariantMatch(variant=variant, wish=wish, kept=kept))
    return tuple(sorted(found, key=lambda match: (match.wish, -match.kept, match.variant.price or 0)))


def words(text: str) -> frozenset[str]:
    """Lower case, plural as singular."""
    found = (word.removesuffix("s") if len(word) > 3 else word for word in _WORD.findall(text.casefold()))
    return frozenset(found) - _SAYS_NOTHING


def _share(wanted: frozenset[str], line: OrderLine) -> float:
    if not wanted:
        return 0.0
    return len(wanted & words(" ".join((line.title, *line.options.values())))) / len(wanted)


def _fulfils(variant: Variant, wish: Mapping[str, str]) -> bool:
    return all(variant.options.get(name, "").casefold() == value.casefold() for name, value in wish.items())


def _bare(order_id: str) -> str:
    return "".join(_WORD.findall(order_id)).casefold()
